package io.aidc.security.guard;

import java.time.Duration;
import java.util.Objects;

/**
 * How much a principal may ask for: a rate with bursts, a quota, both or neither.
 *
 * {@snippet class="io.aidc.security.guard.GuardSnippetsTest" region="limits"}
 *
 * <p>The rate is a token bucket that starts full: from any instant on, a time {@code t} admits at most
 * {@code burst + t * permits / per}. The quota counts from a principal's first request on; when its window has passed, the
 * next request begins another. Two windows side by side may thus admit up to twice the quota within one window's length.
 *
 * <p><em>Immutable.</em>
 *
 * @param permits how much the bucket gains in {@code per}, &gt;= 1; 0 for no limit of the rate
 * @param per 1 microsecond to 365 days
 * @param burst what the bucket holds, &gt;= 1; 0 without a rate
 * @param quota how much is admitted in a window, &gt;= 1; 0 for no quota
 * @param quotaWindow 1 microsecond to 365 days
 */
public record RequestLimits(long permits, Duration per, long burst, long quota, Duration quotaWindow) {
    private static final Duration SHORTEST = Duration.ofNanos(1_000);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final RequestLimits NONE = new RequestLimits(0, Duration.ofDays(1), 0, 0, Duration.ofDays(1));

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one is out of its range, or the bucket is too large to be counted exactly:
     *     {@code burst} times the nanoseconds of {@code per}, divided by what they have in common with {@code permits}, must
     *     stay below 2<sup>61</sup>
     */
    public RequestLimits {
        checkSpan("per", per);
        checkSpan("quotaWindow", quotaWindow);
        if (permits < 0 || quota < 0 || (permits == 0 ? burst != 0 : burst < 1)) {
            throw new IllegalArgumentException(
                    "limits must be >= 1, or 0 for none, and burst belongs to a rate, got permits %d, burst %d, quota %d"
                            .formatted(permits, burst, quota));
        }
        if (permits > 0) {
            TokenBucket.check(permits, per, burst);
        }
    }

    /**
     * Returns no limits.
     *
     * @return admits everything
     */
    public static RequestLimits none() {
        return NONE;
    }

    /**
     * Limits the rate, with bursts as large as {@code permits}.
     *
     * @param permits &gt;= 1
     * @param per 1 microsecond to 365 days
     * @return other limits
     * @throws IllegalArgumentException if one is out of its range
     */
    public RequestLimits rate(long permits, Duration per) {
        requirePositive("permits", permits);
        return new RequestLimits(permits, per, permits, quota, quotaWindow);
    }

    /**
     * Sets the size of bursts. Needs a rate.
     *
     * @param burst &gt;= 1
     * @return other limits
     * @throws IllegalArgumentException if it is below 1, too large to be counted, or there is no rate
     */
    public RequestLimits burst(long burst) {
        requirePositive("burst", burst);
        return new RequestLimits(permits, per, burst, quota, quotaWindow);
    }

    /**
     * Limits the sum in a window.
     *
     * @param quota &gt;= 1
     * @param window 1 microsecond to 365 days
     * @return other limits
     * @throws IllegalArgumentException if one is out of its range
     */
    public RequestLimits quota(long quota, Duration window) {
        requirePositive("quota", quota);
        return new RequestLimits(permits, per, burst, quota, window);
    }

    /** After how long without a request nothing is left to remember, in nanoseconds. */
    long memoryNanos() {
        long refill = permits == 0 ? 0 : new TokenBucket(this, 0).nanosToFill();
        return Math.max(refill, quota == 0 ? 0 : quotaWindow.toNanos());
    }

    boolean areNone() {
        return permits == 0 && quota == 0;
    }

    static Duration checkSpan(String what, Duration span) {
        if (Objects.requireNonNull(span, what).compareTo(SHORTEST) < 0 || span.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "%s must be from %s to %s, got %s".formatted(what, SHORTEST, LONGEST, span));
        }
        return span;
    }

    static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be >= 1, got %d".formatted(what, value));
        }
    }
}
