package io.aidc.storage.chunk;

import java.security.MessageDigest;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Digests a whole file chunk by chunk, on other threads where they have time.
 *
 * <p>The caller never waits for a task that has not begun: when the executor is behind, or the end is reached, the caller
 * digests what is left itself. So an executor whose threads all split files cannot come to a standstill.
 */
final class FileDigest {
    private static final int MAX_WAITING = 8;

    private final Executor executor;
    private final MessageDigest digest = ChunkId.newDigest();
    private final Queue<byte[]> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingChunks = new AtomicInteger();

    FileDigest(Executor executor) {
        this.executor = executor;
    }

    /** Takes the next chunk, which is not modified any more. */
    void add(byte[] chunk) {
        waiting.add(chunk);
        if (waitingChunks.incrementAndGet() > MAX_WAITING) {
            drain();
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (RejectedExecutionException e) {
            drain(); // the executor is being shut down: this thread does its part too
        }
    }

    private synchronized void drain() {
        for (byte[] chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            digest.update(chunk);
            waitingChunks.decrementAndGet();
        }
    }

    synchronized ChunkId finish() {
        drain();
        return ChunkId.ofDigest(digest.digest());
    }
}
