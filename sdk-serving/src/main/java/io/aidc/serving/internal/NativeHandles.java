package io.aidc.serving.internal;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts native objects that are open, so that a test can see that none is left.
 *
 * <p>Thread-safe: a counter.
 */
public final class NativeHandles {
    private final AtomicLong open = new AtomicLong();

    /** Starts at zero. */
    public NativeHandles() {}

    /** Notes that one was opened. */
    public void opened() {
        open.incrementAndGet();
    }

    /** Notes that one was closed. */
    public void closed() {
        open.decrementAndGet();
    }

    /**
     * Returns how many are open.
     *
     * @return 0 when nothing leaked and nothing is in use
     */
    public long open() {
        return open.get();
    }
}
