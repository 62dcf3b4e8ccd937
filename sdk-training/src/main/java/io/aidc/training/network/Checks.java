package io.aidc.training.network;

/** Checks the numbers a layer is made with. */
final class Checks {
    private Checks() {}

    static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + value);
        }
    }

    static void notNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be >= 0, got " + value);
        }
    }

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
    }

    static void probability(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
    }

    static void divides(String name, int value, String parts, int count) {
        positive(name, value);
        positive(parts, count);
        if (value % count != 0) {
            throw new IllegalArgumentException(
                    "%s must be a multiple of %s, got %d and %d".formatted(name, parts, value, count));
        }
    }

    static float[] finite(String name, float[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(name + " must not be empty");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException("%s[%d] must be finite, got %s".formatted(name, i, values[i]));
            }
        }
        return values.clone();
    }

    static void equalLength(String first, float[] a, String second, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "%s and %s must have the same length, got %d and %d".formatted(first, second, a.length, b.length));
        }
    }
}
