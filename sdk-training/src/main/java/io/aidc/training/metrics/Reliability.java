package io.aidc.training.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells how often decisions are right that are made with a given confidence, the probability of the class decided for.
 *
 * <p>Immutable.
 *
 * @param bins equal parts of (0, 1] in rising order; a confidence on the border of two belongs to the lower
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al. 2017, section 2</a>
 */
public record Reliability(List<Bin> bins) {
    /** How many bins there are unless stated otherwise. */
    public static final int DEFAULT_BINS = 15;

    static final int MAX_BINS = 10_000;

    /**
     * Holds the decisions of one range of confidence.
     *
     * @param from lower end of the range, exclusive
     * @param to upper end of the range, inclusive
     * @param rows how many decisions
     * @param confidence their mean confidence; NaN without rows
     * @param accuracy the fraction of them that is right; NaN without rows
     */
    public record Bin(double from, double to, long rows, double confidence, double accuracy) {}

    /** Copies the bins. */
    public Reliability {
        bins = List.copyOf(bins);
    }

    /**
     * Sorts decisions by confidence.
     *
     * @param probabilities of each class, {@code [rows, classes]}, at least one row and two classes
     * @param labels the class of each row, from 0
     * @param bins how many parts, in [1, 10000]
     * @return the bins
     * @throws IllegalArgumentException if the number of bins is out of range or the answers are not probabilities
     */
    public static Reliability of(float[][] probabilities, int[] labels, int bins) {
        ClassificationSums sums = ClassificationSums.of(Probabilities.requireShape(probabilities, labels), bins);
        sums.add(probabilities, labels);
        return sums.scores().reliability();
    }

    static Reliability of(long[] rows, double[] confidences, long[] right) {
        List<Bin> bins = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            bins.add(new Bin(
                    (double) i / rows.length,
                    (i + 1.0) / rows.length,
                    rows[i],
                    Means.ratio(confidences[i], rows[i]),
                    Means.ratio(right[i], rows[i])));
        }
        return new Reliability(bins);
    }

    static int bin(double confidence, int bins) {
        return Math.min(Math.max((int) Math.ceil(confidence * bins) - 1, 0), bins - 1);
    }

    /**
     * Gives the expected calibration error: the difference of confidence and accuracy, averaged over the rows.
     *
     * @return in [0, 1]; NaN without rows
     */
    public double expectedError() {
        double sum = 0;
        long rows = 0;
        for (Bin bin : bins) {
            if (bin.rows() > 0) {
                sum += bin.rows() * Math.abs(bin.confidence() - bin.accuracy());
                rows += bin.rows();
            }
        }
        return Means.ratio(sum, rows);
    }

    /**
     * Gives the greatest difference of confidence and accuracy in a bin.
     *
     * @return in [0, 1]; 0 without rows
     */
    public double maximumError() {
        double greatest = 0;
        for (Bin bin : bins) {
            if (bin.rows() > 0) {
                greatest = Math.max(greatest, Math.abs(bin.confidence() - bin.accuracy()));
            }
        }
        return greatest;
    }
}
