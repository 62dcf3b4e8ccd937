package io.aidc.training.track;

import java.util.Arrays;

/** Counts numbers in equal ranges; those that are not finite are left out. */
final class Histogram {
    static final int BINS = 30;

    private double minimum = Double.POSITIVE_INFINITY;
    private double maximum = Double.NEGATIVE_INFINITY;
    private double sum;
    private double squares;
    private long finite;
    private double[] limits = {0};
    private double[] counts = {0};

    private Histogram() {}

    static Histogram of(float[] values) {
        Histogram histogram = new Histogram();
        for (float value : values) {
            if (Float.isFinite(value)) {
                histogram.add(value);
            }
        }
        if (histogram.finite == 0) {
            histogram.minimum = 0;
            histogram.maximum = 0;
        } else {
            histogram.count(values);
        }
        return histogram;
    }

    private void add(double value) {
        minimum = Math.min(minimum, value);
        maximum = Math.max(maximum, value);
        sum += value;
        squares += value * value;
        finite++;
    }

    private void count(float[] values) {
        double span = maximum - minimum;
        int bins = span == 0 ? 1 : BINS;
        limits = new double[bins];
        counts = new double[bins];
        Arrays.setAll(limits, i -> i == bins - 1 ? maximum : minimum + span * (i + 1) / bins);
        for (float value : values) {
            if (Float.isFinite(value)) {
                int bin = span == 0 ? 0 : (int) ((value - minimum) / span * bins);
                counts[Math.min(bin, bins - 1)]++;
            }
        }
    }

    double minimum() {
        return minimum;
    }

    double maximum() {
        return maximum;
    }

    double sum() {
        return sum;
    }

    double squares() {
        return squares;
    }

    /** How many numbers were counted. */
    long finite() {
        return finite;
    }

    /** Upper end of each range. */
    double[] limits() {
        return limits.clone();
    }

    /** How many numbers are in each range. */
    double[] counts() {
        return counts.clone();
    }
}
