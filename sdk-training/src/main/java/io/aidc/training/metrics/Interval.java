package io.aidc.training.metrics;

/**
 * Holds an estimate with the range it may be off by.
 *
 * @param estimate the figure itself
 * @param low lower end
 * @param high upper end
 * @param level how sure the range is, in (0, 1)
 */
public record Interval(double estimate, double low, double high, double level) {
    /**
     * Tells whether the range holds a number.
     *
     * @param value the number
     * @return true if it is not below the lower end and not above the upper
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
