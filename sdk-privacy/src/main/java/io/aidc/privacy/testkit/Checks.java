package io.aidc.privacy.testkit;

import org.jspecify.annotations.Nullable;

/** Argument checks shared by this package. */
final class Checks {
    private Checks() {}

    static double significance(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("significance must be in (0, 1), got " + value);
        }
        return value;
    }

    static double delta(double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException("delta must be in [0, 1), got " + value);
        }
        return value;
    }

    static double notNegative(double value, String name) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be >= 0 and finite, got " + value);
        }
        return value;
    }

    static void atLeast(long least, long value, String name) {
        if (value < least) {
            throw new IllegalArgumentException("%s must be >= %d, got %d".formatted(name, least, value));
        }
    }

    static void within(long value, long most, String name) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("%s must be in 0 to %d, got %d".formatted(name, most, value));
        }
    }

    static void once(@Nullable Object previous, String name) {
        if (previous != null) {
            throw new IllegalStateException(name + " is already set to " + previous);
        }
    }
}
