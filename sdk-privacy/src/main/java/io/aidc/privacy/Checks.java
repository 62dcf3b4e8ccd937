package io.aidc.privacy;

import org.jspecify.annotations.Nullable;

/** Argument checks shared by this package. */
final class Checks {
    private Checks() {}

    static double positive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    /** A word of a ledger record. */
    static String word(String value, String name) {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("a %s is 1 to 64 of A-Z a-z 0-9 . _ -, got '%s'".formatted(name, value));
        }
        return value;
    }

    static void once(@Nullable Object previous, String name) {
        if (previous != null) {
            throw new IllegalStateException(name + " is already set to " + previous);
        }
    }
}
