package io.aidc.training.track;

/**
 * Counts numbers in equal ranges.
 *
 * @param finite how many of the numbers are finite; the others are not counted
 * @param limits upper end of each range
 * @param counts how many numbers are in each
 */
record Histogram(
        double minimum, double maximum, long finite, double sum, double squares, double[] limits, double[] counts) {
    static final int BINS = 30;

    static Histogram of(float[] values) {
        double minimum = Double.POSITIVE_INFINITY;
        double maximum = Double.NEGATIVE_INFINITY;
        double sum = 0;
        double squares = 0;
        long finite = 0;
        for (float value : values) {
            if (Float.isFinite(value)) {
                minimum = Math.min(minimum, value);
                maximum = Math.max(maximum, value);
                sum += value;
                squares += (double) value * value;
                finite++;
            }
        }
        if (finite == 0) {
            return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
        }
        return counted(values, new Histogram(minimum, maximum, finite, sum, squares, new double[0], new double[0]));
    }

    private static Histogram counted(float[] values, Histogram range) {
        double span = range.maximum - range.minimum;
        double[] limits = new double[span == 0 ? 1 : BINS];
        double[] counts = new double[limits.length];
        for (int i = 0; i < limits.length; i++) {
            limits[i] = i == limits.length - 1 ? range.maximum : range.minimum + span * (i + 1) / limits.length;
        }
        for (float value : values) {
            if (Float.isFinite(value)) {
                int bin = span == 0 ? 0 : (int) ((value - range.minimum) / span * limits.length);
                counts[Math.min(bin, limits.length - 1)]++;
            }
        }
        return new Histogram(range.minimum, range.maximum, range.finite, range.sum, range.squares, limits, counts);
    }
}
