package io.aidc.privacy.query;

/**
 * Public bounds for private values.
 *
 * @param missing what NaN counts as; within the bounds
 */
record Clamp(double lower, double upper, double missing) {
    private static final double LARGEST = 1e200;

    Clamp {
        if (!(lower < upper && Math.abs(lower) <= LARGEST && Math.abs(upper) <= LARGEST)) {
            throw new IllegalArgumentException(
                    "bounds must satisfy lower < upper within ±%s, got [%s, %s]".formatted(LARGEST, lower, upper));
        }
        if (!(missing >= lower && missing <= upper)) {
            throw new IllegalArgumentException(
                    "missing values must count as something in [%s, %s], got %s".formatted(lower, upper, missing));
        }
    }

    /** NaN counts as 0, or as the bound nearest to it. */
    static Clamp missingAsZero(double lower, double upper) {
        return new Clamp(lower, upper, Math.max(lower, Math.min(upper, 0.0)));
    }

    /** NaN counts as the middle. */
    static Clamp missingAsMiddle(double lower, double upper) {
        return new Clamp(lower, upper, lower + (upper - lower) / 2);
    }

    double apply(double value) {
        return Double.isNaN(value) ? missing : Math.max(lower, Math.min(upper, value));
    }

    /** The distance from the middle in half widths, in [−1, 1]. */
    double scaled(double value) {
        return Math.max(-1, Math.min(1, (apply(value) - middle()) / halfWidth()));
    }

    double middle() {
        return lower + (upper - lower) / 2;
    }

    double halfWidth() {
        return (upper - lower) / 2;
    }

    double magnitude() {
        return Math.max(Math.abs(lower), Math.abs(upper));
    }
}
