package io.aidc.storage.faults;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * The system's wall clock, moved.
 *
 * <p>Thread-safe.
 */
final class JumpingClock extends Clock {
    private volatile long offsetMillis;

    /** Returns how far it is ahead now, in milliseconds. */
    long jump(long millis) {
        offsetMillis = millis;
        return millis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(System.currentTimeMillis() + offsetMillis);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("only instants are asked for");
    }
}
