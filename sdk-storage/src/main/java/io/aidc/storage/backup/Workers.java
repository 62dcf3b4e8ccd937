package io.aidc.storage.backup;

import io.aidc.storage.internal.replica.Threads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one operation: one that leads it and some that work for it.
 *
 * <p>They are never interrupted, since an interrupt closes files for all. When the caller is, {@link #checkCancelled()} ends the
 * operation at the next step.
 */
final class Workers implements Executor {
    /** Takes part in an operation. */
    interface Step<T> {
        void run(T item) throws IOException;
    }

    /** Leads an operation. */
    interface Lead<T> {
        T run(Workers workers) throws IOException;
    }

    private final ExecutorService pool;
    private final int threads;
    private volatile boolean cancelled;

    private Workers(int threads) {
        this.threads = threads;
        this.pool = Threads.pool("backup", threads + 1);
    }

    /** How many threads an operation uses unless told otherwise: one a processor, at least 2. */
    static int defaultThreads() {
        return Math.max(2, Runtime.getRuntime().availableProcessors());
    }

    /** Runs an operation and ends its threads. */
    static <T> T run(int threads, Lead<T> lead) throws IOException {
        var workers = new Workers(threads);
        try {
            CompletableFuture<T> result = new CompletableFuture<>();
            workers.pool.execute(() -> {
                try {
                    result.complete(lead.run(workers));
                } catch (IOException | RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
            return workers.await(result);
        } finally {
            Threads.finish(workers.pool);
        }
    }

    private <T> T await(CompletableFuture<T> result) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    cancelled = true;
                } catch (ExecutionException e) {
                    throw rethrown(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    int threads() {
        return threads;
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(task);
    }

    /**
     * @throws InterruptedIOException if the caller was interrupted
     */
    void checkCancelled() throws InterruptedIOException {
        if (cancelled) {
            throw new InterruptedIOException("interrupted");
        }
    }

    /** Does a step for each item on all threads; the first failure ends it. */
    <T> void forEach(Collection<T> items, Step<T> step) throws IOException {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        List<CompletableFuture<Void>> runs = new ArrayList<>();
        for (int i = 0; i < Math.min(threads, items.size()); i++) {
            CompletableFuture<Void> run = new CompletableFuture<>();
            runs.add(run);
            pool.execute(() -> drain(queue, step, run));
        }
        Throwable first = null;
        for (CompletableFuture<Void> run : runs) {
            Throwable failed = run.handle((done, thrown) -> thrown).join();
            if (failed != null && first == null) {
                first = failed;
            }
        }
        if (first != null) {
            throw rethrown(first);
        }
    }

    private <T> void drain(Queue<T> queue, Step<T> step, CompletableFuture<Void> run) {
        try {
            for (T item = queue.poll(); item != null; item = queue.poll()) {
                checkCancelled();
                step.run(item);
            }
            run.complete(null);
        } catch (IOException | RuntimeException | Error e) {
            queue.clear();
            run.completeExceptionally(e);
        }
    }

    private static IOException rethrown(@Nullable Throwable failed) {
        if (failed instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failed instanceof Error error) {
            throw error;
        }
        return failed instanceof IOException io ? io : new IOException(failed);
    }
}
