package io.aidc.training.tribuo;

/** The ranges of options. */
final class Options {
    private static final int MOST_TREES = 100_000;

    private Options() {}

    static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + value);
        }
    }

    static void positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
    }

    static void notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be >= 0 and finite, got " + value);
        }
    }

    static void share(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in (0, 1], got " + value);
        }
    }

    static void trees(String name, int value) {
        if (value < 1 || value > MOST_TREES) {
            throw new IllegalArgumentException("%s must be in [1, %d], got %d".formatted(name, MOST_TREES, value));
        }
    }
}
