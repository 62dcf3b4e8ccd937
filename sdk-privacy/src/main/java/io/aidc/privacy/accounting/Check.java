package io.aidc.privacy.accounting;

/** Argument checks shared by this package. */
final class Check {
    private Check() {}

    static double positive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    static double probability(double value, String name) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
        return value;
    }

    static double delta(double value) {
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("delta must be in (0, 1), got " + value);
        }
        return value;
    }

    static double order(double value) {
        if (!(value > 1) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("order must be > 1 and finite, got " + value);
        }
        return value;
    }
}
