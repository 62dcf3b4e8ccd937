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

    /** A probability that is neither 0 nor 1. */
    static double confidence(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("confidence must be in (0, 1), got " + value);
        }
        return value;
    }

    /** A part of a whole, neither none nor all of it. */
    static double share(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("share must be in (0, 1), got " + value);
        }
        return value;
    }

    /** The δ of one query. */
    static double delta(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("delta of one query must be in (0, 1), got " + value);
        }
        return value;
    }

    /** Ranks of quantiles, copied. */
    static double[] ranks(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("at least one rank is needed");
        }
        for (double value : values) {
            if (!(value >= 0 && value <= 1)) {
                throw new IllegalArgumentException("a rank must be in [0, 1], got " + value);
            }
        }
        return values.clone();
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
