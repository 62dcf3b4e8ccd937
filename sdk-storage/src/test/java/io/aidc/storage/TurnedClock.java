package io.aidc.storage;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Shows the time it was turned to, the machine's until then. */
final class TurnedClock extends Clock {
    volatile @Nullable Instant now;

    TurnedClock(@Nullable Instant now) {
        this.now = now;
    }

    @Override
    public Instant instant() {
        Instant turned = now;
        return turned == null ? Instant.now() : turned;
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
