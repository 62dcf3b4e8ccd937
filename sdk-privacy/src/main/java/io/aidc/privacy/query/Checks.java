package io.aidc.privacy.query;

/** Argument checks shared by this package. */
final class Checks {
    private static final double LEAST_EPSILON = 1e-9;
    private static final double MOST_EPSILON = 1e6;
    private static final double LEAST_MULTIPLIER = 1e-3;
    private static final double MOST_MULTIPLIER = 1e6;

    private Checks() {}

    /** The ε of one query, within what the samplers can represent. */
    static double queryEpsilon(double value) {
        return within(positive(value, "epsilon"), LEAST_EPSILON, MOST_EPSILON, "epsilon of one query");
    }

    /** The noise multiplier of one query, within what the samplers can represent. */
    static double noiseMultiplier(double value) {
        return within(positive(value, "noiseMultiplier"), LEAST_MULTIPLIER, MOST_MULTIPLIER, "noiseMultiplier");
    }

    private static double positive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    private static double within(double value, double least, double most, String name) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be in [%s, %s], got %s".formatted(name, least, most, value));
        }
        return value;
    }
}
