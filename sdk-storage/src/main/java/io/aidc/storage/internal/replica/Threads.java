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

    /** A thread that knows who made it, in no group of whoever happened to need it: Ratis interrupts its own group's. */
    private static final class OwnThread extends Thread {
        private final ThreadFactory maker;

        OwnThread(Runnable task, String name, ThreadFactory maker) {
            super(topGroup(), task, name);
            this.maker = maker;
        }
    }

    private static ThreadGroup topGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }

    private static ThreadFactory named(String role) {
        var number = new AtomicInteger();
        return new ThreadFactory() {
            @Override
            public Thread newThread(Runnable task) {
                var thread = new OwnThread(task, "aidc-storage-" + role + "-" + number.incrementAndGet(), this);
                thread.setDaemon(true);
                return thread;
            }
        };
    }

    private static boolean isOnThreadOf(ExecutorService pool) {
        return pool instanceof ThreadPoolExecutor own
                && Thread.currentThread() instanceof OwnThread thread
                && thread.maker.equals(own.getThreadFactory());
    }

    /** Lets running and queued tasks finish, then ends the threads. A task that calls this for its own pool does not wait. */
    public static void finish(ExecutorService pool) {
        pool.shutdown();
        if (isOnThreadOf(pool)) {
            return;
        }
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
