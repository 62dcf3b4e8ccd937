package io.aidc.training.internal;

import java.util.Arrays;

/** Holds finite numbers in order, with the statistics that several packages take of a column; at least one number. */
public final class SortedNumbers {
    /** What makes a median absolute deviation agree with the standard deviation of a normal distribution: 1/Φ⁻¹(3/4). */
    private static final double NORMAL_CONSISTENCY = 1.4826022185056018;

    private final double[] sorted;
    private final double mean;
    private final double squares;

    private SortedNumbers(double[] sorted) {
        this.sorted = sorted;
        double sum = 0;
        for (double value : sorted) {
            sum += value / sorted.length;
        }
        double centre = sum;
        double deviations = 0;
        double rest = 0;
        for (double value : sorted) {
            deviations += (value - centre) * (value - centre);
            rest += value - centre;
        }
        mean = centre + rest / sorted.length;
        squares = Math.max(0, deviations - rest * rest / sorted.length);
    }

    /** Copies and sorts; the numbers are finite. */
    public static SortedNumbers of(double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("at least 1 number is needed, got 0");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new SortedNumbers(sorted);
    }

    /** How many there are. */
    public int count() {
        return sorted.length;
    }

    /** The arithmetic mean. */
    public double mean() {
        return mean;
    }

    /** The standard deviation of the sample, divided by n − 1; 0 for a single number. */
    public double sampleDeviation() {
        return sorted.length == 1 ? 0 : Math.sqrt(squares / (sorted.length - 1));
    }

    /** The standard deviation of the numbers themselves, divided by n. */
    public double populationDeviation() {
        return Math.sqrt(squares / sorted.length);
    }

    /** The smallest. */
    public double min() {
        return sorted[0];
    }

    /** The greatest. */
    public double max() {
        return sorted[sorted.length - 1];
    }

    /** The quantile by linear interpolation, type 7 of Hyndman and Fan 1996, the default of NumPy and R. */
    public double quantile(double fraction) {
        double position = fraction * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        // This form gives equal neighbours back exactly.
        return sorted[below] + (sorted[above] - sorted[below]) * (position - below);
    }

    /** The median absolute deviation from the median, in units of a normal standard deviation. */
    public double medianDeviation() {
        double median = quantile(0.5);
        double[] distances = new double[sorted.length];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = Math.abs(sorted[i] - median);
        }
        return NORMAL_CONSISTENCY * of(distances).quantile(0.5);
    }
}
