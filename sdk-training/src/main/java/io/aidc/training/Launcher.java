package io.aidc.training;

import io.aidc.training.torch.internal.SoloGroup;

/** Starts the workers of a run, waits for them and gives the outcome of worker 0. */
final class Launcher {
    private Launcher() {}

    static Outcome launch(Plan plan, Dataset data) {
        return plan.workers() == 1 ? solo(plan, data) : new WorkerThreads(plan, data).run();
    }

    private static Outcome solo(Plan plan, Dataset data) {
        var worker = new Worker(
                plan, data, new SoloGroup(), () -> Thread.currentThread().isInterrupted());
        try {
            return worker.run();
        } catch (TrainingException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new WorkerLostException(0, worker.step(), e.toString(), e);
        }
    }
}
