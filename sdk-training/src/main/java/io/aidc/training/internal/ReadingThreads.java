package io.aidc.training.internal;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that fill batches beside the one that uses them. None is started before it has something to do.
 *
 * <p>Thread-safe.
 */
public final class ReadingThreads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadingThreads.class);
    private static final String NAME = "aidc-training-prefetch";
    private static final int CLOSING_SECONDS = 30;

    private final ExecutorService pool;
    /** Added to by the pool when it replaces a thread, too. */
    private final List<Thread> started = new CopyOnWriteArrayList<>();

    public ReadingThreads(int count) {
        pool = Executors.newFixedThreadPool(count, task -> {
            var thread = new Thread(task, NAME);
            thread.setDaemon(true);
            started.add(thread);
            return thread;
        });
    }

    /** Begins to fill a batch as soon as those that were begun before leave a thread free. */
    public <T> Future<T> begin(Callable<T> filling) {
        return pool.submit(filling);
    }

    /** Interrupts what the threads do at the moment; what they do next is not disturbed. */
    public void interrupt() {
        started.forEach(Thread::interrupt);
    }

    /** Ends the threads, interrupting code of the caller that is running and waiting for it. */
    @Override
    public void close() {
        pool.shutdownNow();
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSING_SECONDS);
        for (Thread thread : started) {
            while (thread.isAlive() && System.nanoTime() < deadline) {
                try {
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (thread.isAlive()) {
                LOG.warn("code of the caller still runs after close: seconds={} thread={}", CLOSING_SECONDS, NAME);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
