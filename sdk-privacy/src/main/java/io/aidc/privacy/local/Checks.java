package io.aidc.privacy.local;

import java.util.BitSet;

/** Argument checks shared by this package. */
final class Checks {
    private static final int MOST_CATEGORIES = 1 << 20;

    private Checks() {}

    static int categories(int categories) {
        if (categories < 2 || categories > MOST_CATEGORIES) {
            throw new IllegalArgumentException(
                    "categories must be in 2 to %d, got %d".formatted(MOST_CATEGORIES, categories));
        }
        return categories;
    }

    /** The answer itself is not named: it is what must stay secret. */
    static int answer(int category, int categories) {
        if (category < 0 || category >= categories) {
            throw new IllegalArgumentException("the answer must be in 0 to %d".formatted(categories - 1));
        }
        return category;
    }

    static double epsilon(double epsilon) {
        if (!(epsilon > 0) || Double.isInfinite(epsilon)) {
            throw new IllegalArgumentException("epsilon must be > 0 and finite, got " + epsilon);
        }
        return epsilon;
    }

    static double inside(double value, double low, double high, String name) {
        if (!(value > low && value < high)) {
            throw new IllegalArgumentException("%s must be in (%s, %s), got %s".formatted(name, low, high, value));
        }
        return value;
    }

    static void length(BitSet report, int categories) {
        if (report.length() > categories) {
            throw new IllegalArgumentException(
                    "a report must have at most %d bits, got %d".formatted(categories, report.length()));
        }
    }
}
