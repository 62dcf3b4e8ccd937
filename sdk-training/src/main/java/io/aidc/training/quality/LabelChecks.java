package io.aidc.training.quality;

import java.util.Objects;

/**
 * Judges labels: whether annotators agree with each other, and which labels a model finds hard to believe.
 *
 * {@snippet class="io.aidc.training.quality.QualitySnippetsTest" region="labels"}
 *
 * <p>Thread-safe: holds no state.
 */
public final class LabelChecks {
    private static final int MAX_CLASSES = 10_000;

    private LabelChecks() {}

    /**
     * Gives Cohen's κ of two annotators who labelled the same rows. The standard error is that of Fleiss, Cohen and Everitt,
     * which does not suppose κ to be zero.
     *
     * @param first the labels of one, in {@code [0, classes)}, shape {@code [rows]}
     * @param second the labels of the other
     * @param classes how many classes there are, from 2 to 10,000; for weights their order is that of their numbers
     * @param weights how far apart two different labels are
     * @return κ
     * @throws IllegalArgumentException if there are no rows, the lengths differ or a label is out of range
     * @see <a href="https://doi.org/10.1177/001316446002000104">Cohen 1960</a>
     * @see <a href="https://doi.org/10.1037/h0028106">Fleiss, Cohen and Everitt 1969</a>
     */
    public static Kappa cohenKappa(int[] first, int[] second, int classes, Kappa.Weights weights) {
        Objects.requireNonNull(weights, "weights");
        if (classes < 2 || classes > MAX_CLASSES) {
            throw new IllegalArgumentException("classes must be in [2, %d], got %d".formatted(MAX_CLASSES, classes));
        }
        if (first.length == 0 || first.length != second.length) {
            throw new IllegalArgumentException("both annotators must label the same rows, at least 1, got %d and %d"
                    .formatted(first.length, second.length));
        }
        double[] a = shares("first", first, classes);
        double[] b = shares("second", second, classes);
        double observed = 0;
        for (int i = 0; i < first.length; i++) {
            observed += weights.agreement(first[i], second[i], classes) / first.length;
        }
        // What a label of one annotator agrees, on average, with the labels of the other.
        double[] meanOfFirst = new double[classes];
        double[] meanOfSecond = new double[classes];
        double expected = 0;
        for (int i = 0; i < classes; i++) {
            for (int j = 0; j < classes; j++) {
                double agreement = weights.agreement(i, j, classes);
                meanOfFirst[i] += b[j] * agreement;
                meanOfSecond[j] += a[i] * agreement;
                expected += a[i] * b[j] * agreement;
            }
        }
        double chance = 1 - expected;
        if (chance <= 1e-15) {
            return new Kappa(Double.NaN, Double.NaN, observed, expected);
        }
        double squares = 0;
        for (int i = 0; i < first.length; i++) {
            double term = weights.agreement(first[i], second[i], classes) * chance
                    - (meanOfFirst[first[i]] + meanOfSecond[second[i]]) * (1 - observed);
            squares += term * term / first.length;
        }
        double centre = observed * expected - 2 * expected + observed;
        double variance = (squares - centre * centre) / (first.length * chance * chance * chance * chance);
        return new Kappa((observed - expected) / chance, Math.sqrt(Math.max(0, variance)), observed, expected);
    }

    private static double[] shares(String name, int[] labels, int classes) {
        double[] shares = new double[classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "%s: label of row %d must be in [0, %d)".formatted(name, i, classes));
            }
            shares[labels[i]] += 1.0 / labels.length;
        }
        return shares;
    }

    /**
     * Gives Fleiss' κ of many annotators, not always the same ones, as long as each row has as many labels. The standard
     * error is that of Fleiss, Nee and Landis, which supposes κ to be zero and so serves to test whether it is.
     *
     * @param counts how many annotators gave each class to each row, shape {@code [rows, classes]}, ≥ 0
     * @return κ
     * @throws IllegalArgumentException if there are no rows or fewer than two classes, rows differ in length or in their
     *     number of labels, a row has fewer than two labels, or a count is negative
     * @see <a href="https://doi.org/10.1037/h0031619">Fleiss 1971</a>
     * @see <a href="https://doi.org/10.1037/0033-2909.86.5.974">Fleiss, Nee and Landis 1979</a>
     */
    public static Kappa fleissKappa(int[][] counts) {
        int raters = raters(counts);
        double rows = counts.length;
        double[] shares = new double[counts[0].length];
        double observed = 0;
        for (int[] row : counts) {
            double pairs = 0;
            for (int j = 0; j < row.length; j++) {
                shares[j] += row[j] / (rows * raters);
                pairs += (double) row[j] * (row[j] - 1);
            }
            observed += pairs / ((double) raters * (raters - 1)) / rows;
        }
        double expected = 0;
        double spread = 0;
        double skew = 0;
        for (double share : shares) {
            expected += share * share;
            spread += share * (1 - share);
            skew += share * (1 - share) * (1 - 2 * share);
        }
        double chance = 1 - expected;
        if (chance <= 1e-15) {
            return new Kappa(Double.NaN, Double.NaN, observed, expected);
        }
        double variance = 2 * (spread * spread - skew) / (rows * raters * (raters - 1.0) * spread * spread);
        return new Kappa((observed - expected) / chance, Math.sqrt(Math.max(0, variance)), observed, expected);
    }

    private static int raters(int[][] counts) {
        if (counts.length == 0 || counts[0].length < 2) {
            throw new IllegalArgumentException("counts must have at least 1 row and 2 classes, got %d and %d"
                    .formatted(counts.length, counts.length == 0 ? 0 : counts[0].length));
        }
        long raters = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i].length != counts[0].length) {
                throw new IllegalArgumentException("counts: row %d has %d classes, but row 0 has %d"
                        .formatted(i, counts[i].length, counts[0].length));
            }
            long sum = 0;
            for (int j = 0; j < counts[i].length; j++) {
                if (counts[i][j] < 0) {
                    throw new IllegalArgumentException(
                            "counts: row %d, class %d must be >= 0, got %d".formatted(i, j, counts[i][j]));
                }
                sum += counts[i][j];
            }
            if (i == 0) {
                raters = sum;
            }
            if (sum != raters || sum < 2 || sum > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        "counts: row %d has %d labels, but every row needs as many as row 0, and at least 2"
                                .formatted(i, sum));
            }
        }
        return (int) raters;
    }

    /**
     * Looks for wrong labels by confident learning.
     *
     * @param probabilities what a model that never saw the row thinks of it, such as a fold of a cross-validation, shape
     *     {@code [rows, classes]}, each row summing to 1
     * @param labels the labels as given, in {@code [0, classes)}, shape {@code [rows]}
     * @return what was learnt, from which suspects can be asked
     * @throws IllegalArgumentException if shapes do not agree, there are no rows or fewer than two classes, a number is not
     *     a probability, a row does not sum to 1 within 0.001, or a label is out of range
     * @see ConfidentLearning
     */
    public static ConfidentLearning confidentLearning(float[][] probabilities, int[] labels) {
        return ConfidentLearning.of(probabilities, labels);
    }
}
