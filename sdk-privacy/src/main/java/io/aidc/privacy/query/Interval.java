package io.aidc.privacy.query;

/**
 * A range of values, ends included.
 *
 * @param lower the lower end
 * @param upper the upper end, &ge; {@code lower}
 */
public record Interval(double lower, double upper) {
    /** Checks the order of the ends. */
    public Interval {
        if (!(lower <= upper)) {
            throw new IllegalArgumentException("lower must be <= upper, got [%s, %s]".formatted(lower, upper));
        }
    }
}
