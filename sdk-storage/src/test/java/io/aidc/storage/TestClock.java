package io.aidc.storage;

import java.time.Clock;

/** Gives a store another clock than the system's. */
public final class TestClock {
    private TestClock() {}

    /** Sets it before the store is opened. */
    public static void set(StoreBuilder builder, Clock clock) {
        builder.clock(clock);
    }
}
