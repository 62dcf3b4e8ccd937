package io.aidc.training.quality;

import io.aidc.training.internal.SortedNumbers;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Measures how far data has moved from a reference: numbers as two samples, categories as two lists of counts.
 *
 * {@snippet class="io.aidc.training.quality.QualitySnippetsTest" region="drift"}
 *
 * <p>A p-value answers whether there is any difference, and with many rows there always is one; the other measures answer
 * how great it is.
 *
 * <p>Thread-safe: holds no state.
 */
public final class Drift {
    /** The share a bin without rows is taken to have in {@link #populationStability}, whose logarithm needs one. */
    public static final double SMALLEST_SHARE = 1e-4;

    private Drift() {}

    /**
     * Gives the population stability index Σ (cᵢ − rᵢ) ln(cᵢ/rᵢ) of two lists of counts, cᵢ and rᵢ being shares. By custom
     * of credit scoring, below 0.1 is little and above 0.25 much. Shares below {@link #SMALLEST_SHARE} are raised to it.
     *
     * @param reference how many rows of the reference are in each bin, shape {@code [bins]}, ≥ 0
     * @param current the same for the rows in question
     * @return the index, ≥ 0; 0 if the shares are equal
     * @throws IllegalArgumentException if lengths differ, a count is negative or a list has no rows
     */
    public static double populationStability(long[] reference, long[] current) {
        double[][] shares = shares(reference, current);
        double index = 0;
        for (int i = 0; i < reference.length; i++) {
            double r = Math.max(shares[0][i], SMALLEST_SHARE);
            double c = Math.max(shares[1][i], SMALLEST_SHARE);
            index += (c - r) * Math.log(c / r);
        }
        return index;
    }

    /**
     * Gives the population stability index of two samples, in bins that each hold an equal part of the reference. Numbers
     * equal to an edge belong to the bin below; a number that fills bins, as a flag or a constant does, has a bin of its own.
     *
     * @param reference the numbers of the reference, finite
     * @param current the numbers in question, finite
     * @param bins how many bins at most, from 2 to 1,000; 10 is usual
     * @return the index, ≥ 0
     * @throws IllegalArgumentException if a sample is empty or not finite, or {@code bins} is outside its range
     */
    public static double populationStability(double[] reference, double[] current, int bins) {
        double[] edges = edges(reference, bins);
        return populationStability(counts(reference, edges), counts(sample("current", current), edges));
    }

    /** Upper edges of all bins but the last. */
    static double[] edges(double[] reference, int bins) {
        if (bins < 2 || bins > 1000) {
            throw new IllegalArgumentException("bins must be in [2, 1000], got " + bins);
        }
        SortedNumbers sorted = SortedNumbers.of(sample("reference", reference));
        double[] edges = new double[bins - 1];
        for (int i = 0; i < edges.length; i++) {
            edges[i] = sorted.quantile((i + 1.0) / bins);
        }
        return Arrays.stream(edges)
                .flatMap(edge -> isAtom(edge, edges, sorted)
                        ? DoubleStream.of(Math.nextDown(edge), edge)
                        : DoubleStream.of(edge))
                .distinct()
                .toArray();
    }

    /** Whether a number is so frequent that it must not share its bin with those below it. */
    private static boolean isAtom(double edge, double[] edges, SortedNumbers sorted) {
        return edge == sorted.quantile(0)
                || Arrays.stream(edges).filter(other -> other == edge).count() > 1;
    }

    static long[] counts(double[] values, double[] edges) {
        long[] counts = new long[edges.length + 1];
        for (double value : values) {
            int at = Arrays.binarySearch(edges, value);
            counts[at >= 0 ? at : -at - 1]++;
        }
        return counts;
    }

    /**
     * Tests by Kolmogorov and Smirnov whether two samples come from one distribution. The p-value is asymptotic: a
     * small one is too great below about 50 numbers a sample, and where numbers repeat, so that fewer alarms are raised. O(n log n).
     *
     * @param reference the numbers of the reference, finite
     * @param current the numbers in question, finite
     * @return the greatest distance of the two cumulative distributions, in [0, 1], with its p-value
     * @throws IllegalArgumentException if a sample is empty or not finite
     * @see <a href="https://doi.org/10.1214/aoms/1177730256">Smirnov 1948</a>
     */
    public static Significance kolmogorovSmirnov(double[] reference, double[] current) {
        double[] a = sorted("reference", reference);
        double[] b = sorted("current", current);
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            double at = Math.min(a[i], b[j]);
            while (i < a.length && a[i] <= at) {
                i++;
            }
            while (j < b.length && b[j] <= at) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / a.length - (double) j / b.length));
        }
        double effective = (double) a.length * b.length / ((double) a.length + b.length);
        return new Significance(greatest, kolmogorov(Math.sqrt(effective) * greatest));
    }

    /** The chance that the limiting Kolmogorov variable exceeds x; the two series converge fast on either side of 1. */
    static double kolmogorov(double x) {
        if (x < 0.04) {
            return 1;
        }
        double sum = 0;
        if (x < 1) {
            for (int k = 1; k < 40; k += 2) {
                sum += Math.exp(-k * k * Math.PI * Math.PI / (8 * x * x));
            }
            return Math.max(0, 1 - Math.sqrt(2 * Math.PI) / x * sum);
        }
        for (int k = 1; k < 10; k++) {
            sum += (k % 2 == 1 ? 2 : -2) * Math.exp(-2.0 * k * k * x * x);
        }
        return Math.min(1, sum);
    }

    /**
     * Gives the first Wasserstein distance: how far the numbers of one sample must be moved, on average, to make the other.
     * O(n log n).
     *
     * @param reference the numbers of the reference, finite
     * @param current the numbers in question, finite
     * @return the distance, ≥ 0, in the unit of the numbers
     * @throws IllegalArgumentException if a sample is empty or not finite
     */
    public static double wasserstein(double[] reference, double[] current) {
        double[] a = sorted("reference", reference);
        double[] b = sorted("current", current);
        double distance = 0;
        double before = Math.min(a[0], b[0]);
        int i = 0;
        int j = 0;
        while (i < a.length || j < b.length) {
            double at = j == b.length || (i < a.length && a[i] <= b[j]) ? a[i] : b[j];
            distance += Math.abs((double) i / a.length - (double) j / b.length) * (at - before);
            before = at;
            while (i < a.length && a[i] == at) {
                i++;
            }
            while (j < b.length && b[j] == at) {
                j++;
            }
        }
        return distance;
    }

    /**
     * Gives the Jensen-Shannon distance of two lists of counts: the root of their divergence in bits. It is a metric.
     *
     * @param reference how many rows of the reference are in each bin, shape {@code [bins]}, ≥ 0
     * @param current the same for the rows in question
     * @return the distance, in [0, 1]; 1 if no bin has rows of both
     * @throws IllegalArgumentException if lengths differ, a count is negative or a list has no rows
     * @see <a href="https://doi.org/10.1109/TIT.2003.813506">Endres and Schindelin 2003</a>
     */
    public static double jensenShannon(long[] reference, long[] current) {
        double[][] shares = shares(reference, current);
        double divergence = 0;
        for (int i = 0; i < reference.length; i++) {
            double middle = (shares[0][i] + shares[1][i]) / 2;
            divergence += half(shares[0][i], middle) + half(shares[1][i], middle);
        }
        return Math.sqrt(Math.min(1, Math.max(0, divergence / (2 * Math.log(2)))));
    }

    private static double half(double share, double middle) {
        return share == 0 ? 0 : share * Math.log(share / middle);
    }

    /**
     * Gives the total variation of two lists of counts: the greatest difference that the share of any set of bins can show.
     *
     * @param reference how many rows of the reference are in each bin, shape {@code [bins]}, ≥ 0
     * @param current the same for the rows in question
     * @return half the sum of the differences of shares, in [0, 1]
     * @throws IllegalArgumentException if lengths differ, a count is negative or a list has no rows
     */
    public static double totalVariation(long[] reference, long[] current) {
        double[][] shares = shares(reference, current);
        double sum = 0;
        for (int i = 0; i < reference.length; i++) {
            sum += Math.abs(shares[0][i] - shares[1][i]);
        }
        return sum / 2;
    }

    /**
     * Tests by Pearson's chi-square, without continuity correction, whether two lists of counts come from one distribution.
     * The p-value is asymptotic: bins with fewer than about 5 expected rows make it unreliable.
     *
     * @param reference how many rows of the reference are in each bin, shape {@code [bins]}, ≥ 0
     * @param current the same for the rows in question
     * @return χ² with its p-value, of as many degrees of freedom as bins with any rows, less one
     * @throws IllegalArgumentException if lengths differ, a count is negative or a list has no rows
     */
    public static Significance chiSquare(long[] reference, long[] current) {
        shares(reference, current);
        double a = Arrays.stream(reference).sum();
        double b = Arrays.stream(current).sum();
        double statistic = 0;
        int filled = 0;
        for (int i = 0; i < reference.length; i++) {
            double both = (double) reference[i] + current[i];
            if (both > 0) {
                double expectedA = both * (a / (a + b));
                double expectedB = both * (b / (a + b));
                statistic += (reference[i] - expectedA) * (reference[i] - expectedA) / expectedA
                        + (current[i] - expectedB) * (current[i] - expectedB) / expectedB;
                filled++;
            }
        }
        return new Significance(statistic, filled < 2 ? 1 : Gamma.upper((filled - 1) / 2.0, statistic / 2));
    }

    private static double[][] shares(long[] reference, long[] current) {
        if (reference.length != current.length) {
            throw new IllegalArgumentException("current must have as many bins as the reference, %d, got %d"
                    .formatted(reference.length, current.length));
        }
        return new double[][] {shares("reference", reference), shares("current", current)};
    }

    private static double[] shares(String name, long[] counts) {
        double total = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < 0) {
                throw new IllegalArgumentException(
                        "%s: count of bin %d must be >= 0, got %d".formatted(name, i, counts[i]));
            }
            total += counts[i];
        }
        if (total == 0) {
            throw new IllegalArgumentException(name + " needs at least 1 row, got 0");
        }
        double[] shares = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            shares[i] = counts[i] / total;
        }
        return shares;
    }

    private static double[] sorted(String name, double[] values) {
        double[] sorted = sample(name, values).clone();
        Arrays.sort(sorted);
        return sorted;
    }

    private static double[] sample(String name, double[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(name + " needs at least 1 number, got 0");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "%s: number %d must be finite, got %s".formatted(name, i, values[i]));
            }
        }
        return values;
    }
}
