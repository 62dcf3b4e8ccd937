package io.aidc.security.guard;

import java.time.Duration;

/**
 * A token bucket that counts exactly. Its level is kept in shares of a permit, such that a nanosecond earns a whole number of
 * them; nothing is rounded. <em>Confined: under its owner's lock.</em>
 */
final class TokenBucket {
    private static final long MOST_SHARES = 1L << 61;

    private final long capacity;
    private final long sharesPerPermit;
    private final long earnedPerNano;
    private long level;
    private long filledAt;

    TokenBucket(RequestLimits limits, long now) {
        long common = gcd(limits.permits(), limits.per().toNanos());
        this.sharesPerPermit = limits.per().toNanos() / common;
        this.earnedPerNano = limits.permits() / common;
        this.capacity = limits.burst() * sharesPerPermit;
        this.level = capacity;
        this.filledAt = now;
    }

    static void check(long permits, Duration per, long burst) {
        long shares = per.toNanos() / gcd(permits, per.toNanos());
        if (burst >= MOST_SHARES / shares) {
            throw new IllegalArgumentException("burst must be below %d at %d permits in %s, got %d"
                    .formatted(MOST_SHARES / shares, permits, per, burst));
        }
    }

    /** Adds what was earned; a time before the last one earns nothing. */
    void fill(long now) {
        if (now <= filledAt) {
            return;
        }
        long elapsed = now - filledAt;
        long missing = capacity - level;
        level = elapsed >= ceilDiv(missing, earnedPerNano) ? capacity : level + elapsed * earnedPerNano;
        filledAt = now;
    }

    /** As of the last fill. */
    long permits() {
        return level / sharesPerPermit;
    }

    /** Takes what is there; asked first. */
    void take(long cost) {
        level -= cost * sharesPerPermit;
    }

    /** How long until a cost that the bucket can hold is there, as of the last fill; 0 if it is. */
    long nanosUntil(long cost) {
        return ceilDiv(Math.max(0, cost * sharesPerPermit - level), earnedPerNano);
    }

    long nanosToFill() {
        return ceilDiv(capacity, earnedPerNano);
    }

    private static long ceilDiv(long dividend, long divisor) {
        return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
