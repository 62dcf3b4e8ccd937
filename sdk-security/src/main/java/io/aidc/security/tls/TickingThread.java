package io.aidc.security.tls;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A daemon thread that runs a task after each pause. */
final class TickingThread implements Ticking.Ticks {
    private static final Logger LOG = LoggerFactory.getLogger(TickingThread.class);
    private static final long MAX_GOODBYE_SECONDS = 5;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;

    private TickingThread(Duration every, Runnable task) {
        this.thread = new Thread(() -> run(every.toNanos(), task), "aidc-security-tls");
        thread.setDaemon(true);
    }

    static TickingThread start(Duration every, Runnable task) {
        TickingThread ticking = new TickingThread(every, task);
        ticking.thread.start();
        return ticking;
    }

    /** Waits for a run in progress, unless it is this run that closes, or it takes longer than anybody would wait. */
    @Override
    public void close() {
        stopped.countDown();
        if (Thread.currentThread().equals(thread)) {
            return;
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(MAX_GOODBYE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(long pauseNanos, Runnable task) {
        try {
            while (!stopped.await(pauseNanos, TimeUnit.NANOSECONDS)) {
                tick(task);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody but a caller's listener could have asked for it
        }
    }

    @SuppressWarnings("IllegalCatch") // whatever it was: the next run may do better, and there is no caller to tell
    private static void tick(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            LOG.error("A look at the TLS files failed; the next follows", e);
        }
    }
}
