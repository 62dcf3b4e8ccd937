package io.aidc.training.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on an executor of the caller. When one fails, those that have not begun never do; in every case none runs any more
 * when the call returns.
 */
final class Tasks {
    private int running;
    private boolean stopped;
    private @Nullable Throwable failure;

    private Tasks() {}

    static <T> List<T> all(List<Supplier<T>> tasks, ExecutorService executor) {
        Tasks gate = new Tasks();
        List<Future<T>> futures = new ArrayList<>();
        try {
            for (Supplier<T> task : tasks) {
                futures.add(executor.submit(() -> gate.run(task)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            throw unwrapped(gate.failure(e));
        } catch (InterruptedException e) {
            gate.stop();
            futures.forEach(future -> future.cancel(true));
            Thread.currentThread().interrupt();
            CancellationException stopped = new CancellationException("interrupted while folds were running");
            stopped.initCause(e);
            throw stopped;
        } finally {
            gate.stop();
            futures.forEach(future -> future.cancel(false));
            gate.awaitNone();
        }
    }

    /** What failed first; a task that was refused because of it may come earlier among the results. */
    private synchronized @Nullable Throwable failure(ExecutionException e) {
        return failure == null ? e.getCause() : failure;
    }

    private static RuntimeException unwrapped(@Nullable Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException cause ? cause : new IllegalStateException(thrown);
    }

    private <T> T run(Supplier<T> task) {
        synchronized (this) {
            if (stopped) {
                throw new CancellationException("another fold failed");
            }
            running++;
        }
        try {
            return task.get();
        } catch (RuntimeException | Error e) {
            stop(e);
            throw e;
        } finally {
            synchronized (this) {
                running--;
                notifyAll();
            }
        }
    }

    private synchronized void stop(Throwable thrown) {
        failure = failure == null ? thrown : failure;
        stopped = true;
    }

    private synchronized void stop() {
        stopped = true;
    }

    private synchronized void awaitNone() {
        boolean interrupted = false;
        while (running > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true; // restored below: a task that runs on would outlive the call
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
