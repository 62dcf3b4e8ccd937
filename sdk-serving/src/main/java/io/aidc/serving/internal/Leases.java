package io.aidc.serving.internal;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the users of something native, so that it is freed after the last of them and never under one.
 *
 * <p>Thread-safe: any thread may enter, exit and close.
 */
public final class Leases {
    private static final long CLOSED = 1L << 62;

    private final String owner;
    private final AtomicLong users = new AtomicLong();
    private final CountDownLatch drained = new CountDownLatch(1);

    /**
     * Starts with no user.
     *
     * @param owner named when someone comes too late
     */
    public Leases(String owner) {
        this.owner = owner;
    }

    /**
     * Takes a lease.
     *
     * @throws IllegalStateException if closed
     */
    public void enter() {
        if (users.incrementAndGet() >= CLOSED) {
            exit();
            throw new IllegalStateException(owner + " is closed");
        }
    }

    /** Gives a lease back. */
    public void exit() {
        if (users.decrementAndGet() == CLOSED) {
            drained.countDown();
        }
    }

    /**
     * Refuses new users and waits for those inside, through interrupts, which are kept for later.
     *
     * @return true to the one caller that has to free the resource, false to all later ones
     */
    public boolean closeAndDrain() {
        boolean first = close();
        boolean interrupted = false;
        while (true) {
            try {
                drained.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return first;
    }

    private boolean close() {
        while (true) {
            long now = users.get();
            if (now >= CLOSED) {
                return false;
            }
            if (users.compareAndSet(now, now + CLOSED)) {
                if (now == 0) {
                    drained.countDown();
                }
                return true;
            }
        }
    }
}
