package io.aidc.storage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

/**
 * Hands out chunks of one file in order while up to three more are being loaded on other threads.
 *
 * <p>A chunk whose load has not begun is loaded by the caller, so a busy executor makes reading slower, never stuck.
 *
 * <p>Confined: one thread at a time.
 */
final class ReadAhead implements AutoCloseable {
    private static final int MOST = 4;

    private final FileChunks chunks;
    private final PrimitiveIterator.OfInt indices;
    private final Executor executor;
    private final Deque<FutureTask<byte[]>> loading = new ArrayDeque<>();

    ReadAhead(FileChunks chunks, IntStream indices, Executor executor) {
        this.chunks = chunks;
        this.indices = indices.iterator();
        this.executor = executor;
    }

    boolean hasNext() {
        return !loading.isEmpty() || indices.hasNext();
    }

    byte[] next() {
        while (loading.size() < MOST && indices.hasNext()) {
            int index = indices.nextInt();
            var task = new FutureTask<>(() -> chunks.load(index));
            if (!loading.isEmpty()) {
                start(task); // the first is wanted at once and loaded here
            }
            loading.add(task);
        }
        FutureTask<byte[]> first = loading.remove();
        first.run(); // does nothing if another thread has begun
        return result(first);
    }

    private void start(FutureTask<byte[]> task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // the store is being closed: next() loads it
        }
    }

    private static byte[] result(FutureTask<byte[]> task) {
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageIoException("interrupted while waiting for a chunk", e);
        } catch (ExecutionException e) {
            throw Failures.ofFuture("reading a chunk", new CompletionException(e.getCause()));
        }
    }

    /** Drops what has not begun to load. */
    @Override
    public void close() {
        loading.forEach(task -> task.cancel(false));
        loading.clear();
    }
}
