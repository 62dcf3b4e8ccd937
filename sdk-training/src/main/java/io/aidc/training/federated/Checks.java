package io.aidc.training.federated;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks options and vectors. */
final class Checks {
    /** Larger numbers are no update: the exact sums could not hold them. */
    static final float LARGEST = 1 << 20;

    private Checks() {}

    static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be > 0, got " + value);
        }
        return value;
    }

    static double positive(String name, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be > 0 and finite, got " + value);
        }
        return value;
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(name + " must be >= 0 and finite, got " + value);
        }
        return value;
    }

    static double belowOne(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1), got " + value);
        }
        return value;
    }

    static double share(String name, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in (0, 1], got " + value);
        }
        return value;
    }

    static void once(String option, @Nullable Object value) {
        if (value != null) {
            throw new IllegalStateException("%s is already set to %s".formatted(option, value));
        }
    }

    /** Checks what a client or the caller's function gave. */
    static float[] vector(String name, float[] values, int length, float largest) {
        if (values.length != length) {
            throw new IllegalArgumentException(
                    "%s must have %d numbers, got %d".formatted(name, length, values.length));
        }
        for (int i = 0; i < length; i++) {
            if (!(Math.abs(values[i]) <= largest)) {
                throw new IllegalArgumentException(
                        "%s must be finite and within ±%s, got %s at index %d".formatted(name, largest, values[i], i));
            }
        }
        return values;
    }

    static boolean finite(float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    static float[] parameters(float[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("parameters must be at least one, got none");
        }
        return vector("parameters", Arrays.copyOf(values, values.length), values.length, Float.MAX_VALUE);
    }
}
