package io.aidc.security.keys;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How much one version of a ring's key is used before the next one takes over.
 *
 * {@snippet class="io.aidc.security.keys.KeysSnippetsTest" region="limits"}
 *
 * <p>Limits are looked at when something is sealed, not while it is: the message that crosses one is completed, since its
 * content has a key of its own. What was sealed stays readable.
 *
 * <p><em>Immutable.</em>
 *
 * @param maxAge a version's greatest age, to the millisecond; zero for no limit
 * @param maxMessages how many data keys a version wraps, &gt;= 1; 0 for no limit
 * @param maxBytes how much plaintext is sealed with them, &gt;= 1; 0 for no limit
 * @param atLimit what happens at a limit
 */
public record KeyLimits(Duration maxAge, long maxMessages, long maxBytes, AtLimit atLimit) {
    private static final KeyLimits NONE = new KeyLimits(Duration.ZERO, 0, 0, AtLimit.ROTATE);

    /** What happens at a limit. */
    public enum AtLimit {
        /** A fresh version becomes the primary by itself. */
        ROTATE,
        /** Sealing is refused until somebody rotates. */
        REFUSE
    }

    /** Checks that nothing is negative. */
    public KeyLimits {
        Objects.requireNonNull(atLimit, "atLimit");
        Objects.requireNonNull(maxAge, "maxAge");
        if (maxAge.isNegative() || maxMessages < 0 || maxBytes < 0) {
            throw new IllegalArgumentException(
                    "limits must be >= 0, got %s, %d messages, %d bytes".formatted(maxAge, maxMessages, maxBytes));
        }
        maxAge = Duration.ofMillis(maxAge.toMillis());
    }

    /**
     * Returns no limits.
     *
     * @return what a new ring has
     */
    public static KeyLimits none() {
        return NONE;
    }

    /**
     * Limits the age.
     *
     * @param maxAge &gt;= 1 ms
     * @return other limits
     * @throws IllegalArgumentException if it is shorter
     */
    public KeyLimits maxAge(Duration maxAge) {
        requirePositive("maxAge in ms", maxAge.toMillis());
        return new KeyLimits(maxAge, maxMessages, maxBytes, atLimit);
    }

    /**
     * Limits how many things are sealed.
     *
     * @param maxMessages &gt;= 1
     * @return other limits
     * @throws IllegalArgumentException if it is below 1
     */
    public KeyLimits maxMessages(long maxMessages) {
        requirePositive("maxMessages", maxMessages);
        return new KeyLimits(maxAge, maxMessages, maxBytes, atLimit);
    }

    /**
     * Limits how much plaintext is sealed.
     *
     * @param maxBytes &gt;= 1
     * @return other limits
     * @throws IllegalArgumentException if it is below 1
     */
    public KeyLimits maxBytes(long maxBytes) {
        requirePositive("maxBytes", maxBytes);
        return new KeyLimits(maxAge, maxMessages, maxBytes, atLimit);
    }

    /**
     * Refuses at a limit, instead of rotating.
     *
     * @return other limits
     */
    public KeyLimits refusing() {
        return new KeyLimits(maxAge, maxMessages, maxBytes, AtLimit.REFUSE);
    }

    /** What is limited, in words. */
    String text() {
        List<String> parts = new ArrayList<>();
        if (!maxAge.isZero()) {
            parts.add("an age of " + maxAge);
        }
        if (maxMessages > 0) {
            parts.add(maxMessages + " keys");
        }
        if (maxBytes > 0) {
            parts.add(maxBytes + " bytes");
        }
        return String.join(", ", parts);
    }

    boolean areNone() {
        return maxAge.isZero() && maxMessages == 0 && maxBytes == 0;
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s must be >= 1, got %d".formatted(what, value));
        }
    }
}
