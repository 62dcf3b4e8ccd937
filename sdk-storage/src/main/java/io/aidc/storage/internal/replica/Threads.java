package io.aidc.storage.internal.replica;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes and ends the store's threads: daemons named {@code aidc-storage-<role>-<number>}, never interrupted. */
public final class Threads {
    private static final long IDLE_SECONDS = 10;

    private Threads() {}

    /** A pool that grows up to {@code most} threads and shrinks to none when idle. */
    public static ExecutorService pool(String role, int most) {
        var pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(role));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread for what is due later; what is not due yet is dropped when it is finished. */
    public static ScheduledExecutorService timer(String role) {
        var timer = new ScheduledThreadPoolExecutor(1, named(role));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static ThreadFactory named(String role) {
        var number = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, "aidc-storage-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Lets running and queued tasks finish, then ends the threads. */
    public static void finish(ExecutorService pool) {
        pool.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
