package io.aidc.training;

/** Keeps the uses of a run's seed apart. */
final class Seeds {
    static final long PARAMETERS = 0;
    /** Plus the rank. */
    static final long REPLICAS = 1L << 32;
    /** Plus the epoch. */
    static final long EPOCHS = 2L << 32;

    /** Plus the step times 256, plus the rank. */
    static final long STEPS = 1L << 48;

    private Seeds() {}
}
