package io.aidc.privacy;

import org.jspecify.annotations.Nullable;

/** Argument checks shared by this package. */
final class Checks {
    private static final double LEAST_EPSILON = 1e-9;
    private static final double MOST_EPSILON = 1e6;
    private static final double LEAST_MULTIPLIER = 1e-3;
    private static final double MOST_MULTIPLIER = 1e6;

    private Checks() {}

    static double positive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    /** The ε of one query, within what the samplers can represent. */
    static double queryEpsilon(double value) {
        return within(positive(value, "epsilon"), LEAST_EPSILON, MOST_EPSILON, "epsilon of one query");
    }

    /** The noise multiplier of one query, within what the samplers can represent. */
    static double noiseMultiplier(double value) {
        return within(positive(value, "noiseMultiplier"), LEAST_MULTIPLIER, MOST_MULTIPLIER, "noiseMultiplier");
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

    private static double within(double value, double least, double most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be in [%s, %s], got %s".formatted(name, least, most, value));
        }
        return value;
    }
}
