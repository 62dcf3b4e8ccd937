package io.aidc.storage;

import java.time.Duration;

/**
 * How current an answer must be.
 *
 * <p>Immutable.
 *
 * @param maxAge writes answered longer ago than this are seen; zero for all
 */
public record ReadMode(Duration maxAge) {
    /** Sees every write that was answered before the read began, on whichever node. A majority is asked. */
    public static final ReadMode LINEARIZABLE = new ReadMode(Duration.ZERO);

    /** Checks the age. */
    public ReadMode {
        if (maxAge.isNegative()) {
            throw new IllegalArgumentException("maxAge must be >= 0, got " + maxAge);
        }
    }

    /**
     * Allows an answer that is a little old, and with it answers without asking a majority each time, also for a while after
     * the majority was lost. The age is measured on this node's monotonic clock, from the start of its latest confirmed read.
     *
     * @param maxAge how old at most, &gt; 0
     * @return for reads
     * @throws IllegalArgumentException if not positive
     */
    public static ReadMode stale(Duration maxAge) {
        if (maxAge.isZero()) {
            throw new IllegalArgumentException("maxAge must be > 0, got " + maxAge);
        }
        return new ReadMode(maxAge);
    }
}
