package io.aidc.security.policy;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions and methods of Cedar's extension types. */
enum Extension {
    DECIMAL("decimal", 1),
    IP("ip", 1),
    DATETIME("datetime", 1),
    DURATION("duration", 1),
    LESS_THAN("lessThan", 2),
    LESS_THAN_OR_EQUAL("lessThanOrEqual", 2),
    GREATER_THAN("greaterThan", 2),
    GREATER_THAN_OR_EQUAL("greaterThanOrEqual", 2),
    IS_IPV4("isIpv4", 1),
    IS_IPV6("isIpv6", 1),
    IS_LOOPBACK("isLoopback", 1),
    IS_MULTICAST("isMulticast", 1),
    IS_IN_RANGE("isInRange", 2),
    OFFSET("offset", 2),
    DURATION_SINCE("durationSince", 2),
    TO_DATE("toDate", 1),
    TO_TIME("toTime", 1),
    TO_MILLISECONDS("toMilliseconds", 1),
    TO_SECONDS("toSeconds", 1),
    TO_MINUTES("toMinutes", 1),
    TO_HOURS("toHours", 1),
    TO_DAYS("toDays", 1);

    private static final Map<String, Extension> BY_WORD = new HashMap<>();

    static {
        for (Extension extension : values()) {
            BY_WORD.put(extension.word, extension);
        }
    }

    final String word;

    /** Counting what stands before the point of a method. */
    final int arity;

    Extension(String word, int arity) {
        this.word = word;
        this.arity = arity;
    }

    static @Nullable Extension named(String word) {
        return BY_WORD.get(word);
    }

    /** Whether it makes a value from a text; the others are called as methods. */
    boolean isConstructor() {
        return compareTo(DURATION) <= 0;
    }
}
