package io.aidc.privacy.training;

import io.aidc.privacy.accounting.Neighbours;
import org.jspecify.annotations.Nullable;

/** Argument checks and small facts shared by this package. */
final class Checks {
    private Checks() {}

    static double positive(double value, String name) {
        return inRange(value, name, Double.MIN_VALUE, Double.MAX_VALUE);
    }

    static double inRange(double value, String name, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException("%s must be in [%s, %s], got %s".formatted(name, low, high, value));
        }
        return value;
    }

    static int atLeastOne(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be >= 1, got " + value);
        }
        return value;
    }

    static void once(@Nullable Object previous, String name) {
        if (previous != null) {
            throw new IllegalStateException(name + " is already set to " + previous);
        }
    }

    static <T> T given(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalStateException(name + "(...) is missing");
        }
        return value;
    }

    /** How many contributions one unit can change in a sum. */
    static int changed(Neighbours neighbours) {
        return neighbours == Neighbours.REPLACE_ONE ? 2 : 1;
    }
}
