package io.aidc.training.search;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Regression trees on resampled points, each of which tells what part of its variance over the whole box one dimension
 * explains alone (Hutter et al. 2014, Algorithm 2). Tree t is grown from random numbers seeded with t, so the same
 * points give the same answer.
 */
final class VarianceForest {
    private static final int TREES = 32;
    /** Deep trees of many points cost much and say little more about marginals. */
    private static final int MOST_LEAVES = 512;

    private VarianceForest() {}

    /**
     * Estimates main effects.
     *
     * @param points shape {@code [points, dimensions]}, in [0, 1], or the index of an option
     * @param values shape {@code [points]}
     * @param options how many options each dimension has, 0 if it is an interval
     * @return shape {@code [dimensions]}: the mean over trees of the part that each dimension explains, in [0, 1]
     */
    static double[] shares(double[][] points, double[] values, int[] options) {
        double[] sums = new double[options.length];
        double[] scaled = scaled(values);
        int counted = 0;
        for (int t = 0; t < TREES; t++) {
            var random = new SplittableRandom(t);
            int[] sample = random.ints(points.length, 0, points.length).toArray();
            int fewest = Math.max(1, points.length / MOST_LEAVES);
            VarianceTree tree = VarianceTree.grow(points, scaled, options, sample, fewest);
            double total = tree.variance();
            if (total > 1e-20) {
                counted++;
                for (int d = 0; d < sums.length; d++) {
                    sums[d] += Math.min(1, tree.marginalVariance(d) / total);
                }
            }
        }
        for (int d = 0; d < sums.length; d++) {
            sums[d] /= Math.max(1, counted);
        }
        return sums;
    }

    /** To [0, 1], so that squares neither overflow nor vanish. */
    private static double[] scaled(double[] values) {
        double least = Arrays.stream(values).min().orElse(0);
        double range = Arrays.stream(values).max().orElse(0) - least;
        return Arrays.stream(values)
                .map(value -> range > 0 && Double.isFinite(range) ? (value - least) / range : value > 0 ? 1 : 0)
                .toArray();
    }
}
