package io.aidc.security.guard;

import java.util.Arrays;

/**
 * Keeps how far each query lay from the nearest of some earlier ones, as logarithms, for the last {@value #KEPT} queries.
 *
 * <p>The earlier ones are a random sample of {@value #REFERENCES} (reservoir sampling, Vitter 1985, algorithm R). Distances
 * are noted once there are as many, so that all come from a set of the same size.
 * A query that equals an earlier one tells its sender nothing and is left out. <em>Confined: under its owner's lock.</em>
 */
final class Spacing {
    static final int KEPT = 128;
    static final int REFERENCES = 128;
    static final int FEWEST = 64;

    private float[] references = {}; // one behind the other
    private final float[] logDistances = new float[KEPT];
    private long added;
    private long noted;
    private long random;

    Spacing(long seed) {
        random = seed | 1;
    }

    /** Adds a query, which must be finite. */
    void add(float[] point) {
        double squared = nearestSquared(point);
        if (squared == 0) {
            return;
        }
        long earlier = added++;
        if (earlier < REFERENCES) {
            keep(point, (int) earlier);
            return;
        }
        logDistances[(int) (noted++ % KEPT)] = (float) (0.5 * Math.log(squared));
        long place = Long.remainderUnsigned(nextRandom(), added);
        if (place < REFERENCES) {
            keep(point, (int) place);
        }
    }

    boolean isJudged() {
        return noted >= FEWEST;
    }

    /** Whether the next distance would take the place of one. */
    boolean isFull() {
        return noted >= KEPT;
    }

    /** Returns the logarithms and begins again with the same references. */
    double[] drain() {
        double[] drained = sorted();
        noted = 0;
        return drained;
    }

    /** The kept logarithms, ascending. */
    double[] sorted() {
        double[] sorted = new double[(int) Math.min(noted, KEPT)];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = logDistances[i];
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** Returns 1 - W of the logarithms, without those more than 3 standard deviations from their mean. */
    static double nonNormality(double[] sorted) {
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double variance = Arrays.stream(sorted)
                .map(x -> (x - mean) * (x - mean))
                .average()
                .orElseThrow();
        double reach = 3 * Math.sqrt(variance);
        double[] within =
                Arrays.stream(sorted).filter(x -> Math.abs(x - mean) <= reach).toArray();
        return within[within.length - 1] > within[0] ? 1 - ShapiroWilk.w(within) : 1;
    }

    /** Returns the greatest difference between the distribution functions of two samples, Kolmogorov and Smirnov's D. */
    static double difference(double[] sorted, double[] otherSorted) {
        double greatest = 0;
        int i = 0;
        int j = 0;
        while (i < sorted.length && j < otherSorted.length) {
            double at = Math.min(sorted[i], otherSorted[j]);
            while (i < sorted.length && sorted[i] == at) {
                i++;
            }
            while (j < otherSorted.length && otherSorted[j] == at) {
                j++;
            }
            greatest = Math.max(greatest, Math.abs((double) i / sorted.length - (double) j / otherSorted.length));
        }
        return greatest;
    }

    private void keep(float[] point, int place) {
        int end = (place + 1) * point.length;
        if (end > references.length) {
            references = Arrays.copyOf(references, Math.min(2 * end, REFERENCES * point.length));
        }
        System.arraycopy(point, 0, references, place * point.length, point.length);
    }

    private double nearestSquared(float[] point) {
        double nearest = Double.POSITIVE_INFINITY;
        int end = (int) Math.min(added, REFERENCES) * point.length;
        for (int from = 0; from < end; from += point.length) {
            nearest = Math.min(nearest, squared(point, from));
        }
        return nearest;
    }

    /** In double, where no two floats are too far apart. */
    private double squared(float[] point, int from) {
        double sum = 0;
        for (int i = 0; i < point.length; i++) {
            double difference = (double) point[i] - references[from + i];
            sum += difference * difference;
        }
        return sum;
    }

    private long nextRandom() { // xorshift64: good enough to choose whom to forget
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return random;
    }
}
