package io.aidc.training.metrics;

import java.util.Arrays;

/** Averages what is defined. */
final class Means {
    private Means() {}

    /** The weighted mean of the numbers that are not NaN; NaN if their weights sum to 0. */
    static double defined(double[] values, double[] weights) {
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                sum += weights[i] * values[i];
                weight += weights[i];
            }
        }
        return sum / weight;
    }

    /** The mean of the numbers that are not NaN; NaN if there are none. */
    static double defined(double[] values) {
        double[] ones = new double[values.length];
        Arrays.fill(ones, 1);
        return defined(values, ones);
    }

    /** A mean of what summed to {@code sum}; NaN of nothing. */
    static double ratio(double sum, long count) {
        return count == 0 ? Double.NaN : sum / count;
    }

    /** The part of a whole; NaN of nothing. */
    static double ratio(long part, long whole) {
        return whole == 0 ? Double.NaN : (double) part / whole;
    }
}
