package io.aidc.security.audit;

import io.aidc.security.internal.HighWaterClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The time of entries, which never goes down. <em>Confined: one thread at a time.</em> */
final class LogTime {
    private final HighWaterClock clock;
    private @Nullable Duration behind;

    /**
     * A time.
     *
     * @param behind by how much the clock was put back, told once
     */
    record Reading(Instant time, Optional<Duration> behind) {}

    LogTime(Clock clock, Instant lastEntry) {
        this.clock = new HighWaterClock(clock, lastEntry, by -> behind = by);
    }

    Reading now() {
        Instant now = clock.now();
        Reading reading = new Reading(now, Optional.ofNullable(behind));
        behind = null;
        return reading;
    }
}
