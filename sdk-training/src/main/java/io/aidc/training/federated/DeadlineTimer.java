package io.aidc.training.federated;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Keeps deadlines on one thread, which is started by the first of them. */
final class DeadlineTimer implements Deadlines, AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    DeadlineTimer() {
        executor = new ScheduledThreadPoolExecutor(1, runnable -> {
            var thread = new Thread(runnable, "aidc-training-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Runnable after(Duration time, Runnable call) {
        Future<?> future = executor.schedule(call, time.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
