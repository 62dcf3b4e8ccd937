package io.aidc.security.identity;

import java.time.Duration;
import java.time.Instant;

/**
 * How many failures in a row lock somebody out, and for how long.
 *
 * @param most 1 to 100
 * @param first how long the first lock lasts; each further one twice as long as the last, up to a day
 */
record AttemptLimit(int most, Duration first) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /** Five failures, one minute: after ten locks, 50 guesses in 17 hours; then five a day. */
    static final AttemptLimit DEFAULT = new AttemptLimit(5, Duration.ofMinutes(1));

    AttemptLimit {
        if (most < 1 || most > 100) {
            throw new IllegalArgumentException("attempts must be 1 to 100, got " + most);
        }
        if (first.compareTo(Duration.ofSeconds(1)) < 0 || first.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a lock must last a second to a day, got " + first);
        }
    }

    Instant lockEnd(Instant now, int locksBefore) {
        Duration length = locksBefore > 20 ? LONGEST : first.multipliedBy(1L << locksBefore);
        return now.plus(length.compareTo(LONGEST) > 0 ? LONGEST : length);
    }
}
