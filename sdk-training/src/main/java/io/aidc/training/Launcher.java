package io.aidc.training;

import io.aidc.training.dist.Launch;
import io.aidc.training.torch.internal.SoloGroup;

/** Starts the workers of a run, waits for them and gives the outcome of worker 0. */
final class Launcher {
    private Launcher() {}

    static Outcome launch(Plan plan, Dataset data) {
        Launch launch = plan.launch();
        if (launch instanceof Launch.Processes processes) {
            return new LocalProcesses(plan, data, processes).run();
        }
        if (launch instanceof Launch.Environment environment) {
            return new WorkerProcess(plan, data, environment).run();
        }
        if (launch instanceof Launch.SharedFile file) {
            return WorkerProcess.meetingAt(plan, data, file);
        }
        return plan.workers() == 1 ? solo(plan, data) : new WorkerThreads(plan, data).run();
    }

    private static Outcome solo(Plan plan, Dataset data) {
        try (var worker = new Worker(plan, data, () -> Thread.currentThread().isInterrupted())) {
            worker.enter(new SoloGroup());
            try {
                return worker.run();
            } catch (TrainingException e) {
                throw e;
            } catch (RuntimeException | Worker.RegroupException e) {
                throw new WorkerLostException(0, worker.step(), e.toString(), e);
            }
        }
    }
}
