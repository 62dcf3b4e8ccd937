package io.aidc.privacy.query;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;
import java.util.List;

/** Histograms over sign and power of two, one a column. Confined: one thread at a time. */
final class BoundsSearch {
    private static final int LEAST_EXPONENT = -32;
    private static final int MOST_EXPONENT = 63;
    private static final int MAGNITUDES = MOST_EXPONENT - LEAST_EXPONENT + 1;
    private static final int BINS = 2 * MAGNITUDES + 1;
    private static final double FALSE_ALARM = 0.01;

    private final long[][] counts;
    private final Noise noise;

    BoundsSearch(int columns, Noise noise) {
        this.counts = new long[columns][BINS];
        this.noise = noise;
    }

    /** A row is in one bin of every column. */
    static Sensitivity sensitivity(Neighbours neighbours, int columns, int rows) {
        return new Sensitivity(rows, rows).over((double) Difference.units(neighbours) * columns);
    }

    void add(double... row) {
        MeansQuery.checkLength(row, counts.length);
        for (int i = 0; i < counts.length; i++) {
            if (!Double.isNaN(row[i])) {
                counts[i][bin(row[i])]++;
            }
        }
    }

    /** The outer edges of the bins that stand out of the noise, for every column. */
    List<Interval> find(RandomBits bits) {
        // above this, with one tail of the two, is noise alone in any bin with probability FALSE_ALARM at most
        long threshold = noise.reach(2 * FALSE_ALARM / ((double) counts.length * BINS));
        return Arrays.stream(counts)
                .map(column -> find(column, threshold, bits))
                .toList();
    }

    private Interval find(long[] column, long threshold, RandomBits bits) {
        for (int bin = 0; bin < BINS; bin++) {
            column[bin] += noise.sample(bits);
        }
        int first = fullest(column);
        int last = first;
        for (int bin = 0; bin < BINS; bin++) {
            if (column[bin] > threshold) {
                first = Math.min(first, bin);
                last = Math.max(last, bin);
            }
        }
        return new Interval(edge(first), edge(last + 1));
    }

    private static int fullest(long[] column) {
        int fullest = 0;
        for (int bin = 1; bin < BINS; bin++) {
            if (column[bin] > column[fullest]) {
                fullest = bin;
            }
        }
        return fullest;
    }

    /** Negative magnitudes falling, then 0, then positive ones rising. */
    static int bin(double value) {
        double magnitude = Math.abs(value);
        if (magnitude < Math.scalb(1.0, LEAST_EXPONENT)) {
            return MAGNITUDES;
        }
        int step = Math.min(Math.getExponent(magnitude), MOST_EXPONENT) - LEAST_EXPONENT + 1;
        return value < 0 ? MAGNITUDES - step : MAGNITUDES + step;
    }

    /** The lower end of a bin, which is the upper end of the one before. */
    static double edge(int bin) {
        int step = bin - MAGNITUDES;
        return step <= 0 ? -Math.scalb(1.0, LEAST_EXPONENT - step) : Math.scalb(1.0, LEAST_EXPONENT + step - 1);
    }
}
