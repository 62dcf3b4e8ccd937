package io.aidc.training.metrics;

import java.util.Arrays;

/**
 * Adds up what classification scores are made of, batch by batch and worker by worker.
 *
 * <p>Everything but the ranking scores (ROC-AUC, average precision) can be told from sums; those two are NaN here. The sums of
 * workers give the scores of all their rows together, whatever the order of merging, but for rounding of float64.
 *
 * {@snippet class="io.aidc.training.metrics.MetricsSnippetsTest" region="sums"}
 *
 * <p>Confined: one thread at a time.
 */
public final class ClassificationSums {
    private final int classes;
    private final long[][] confusion;
    private final long[] ranks;
    private final long[] binRows;
    private final double[] binConfidence;
    private final long[] binRight;
    private double logLoss;
    private double squaredError;

    private ClassificationSums(int classes, int bins) {
        this.classes = classes;
        confusion = new long[classes][classes];
        ranks = new long[classes];
        binRows = new long[bins];
        binConfidence = new double[bins];
        binRight = new long[bins];
    }

    /**
     * Begins with no rows and {@value Reliability#DEFAULT_BINS} reliability bins.
     *
     * @param classes how many classes there are, ≥ 2
     * @return empty sums
     * @throws IllegalArgumentException if there are fewer than two classes
     */
    public static ClassificationSums of(int classes) {
        return of(classes, Reliability.DEFAULT_BINS);
    }

    static ClassificationSums of(int classes, int bins) {
        if (classes < 2) {
            throw new IllegalArgumentException("classes must be at least 2, got " + classes);
        }
        if (bins < 1 || bins > Reliability.MAX_BINS) {
            throw new IllegalArgumentException("bins must be in [1, %d], got %d".formatted(Reliability.MAX_BINS, bins));
        }
        return new ClassificationSums(classes, bins);
    }

    /**
     * Adds answers.
     *
     * @param probabilities of each class, {@code [rows, classes]}; each row sums to 1 within 0.001
     * @param labels the class of each row, from 0
     * @throws IllegalArgumentException naming the row whose answers are no probabilities or whose label is out of range;
     *     nothing is added then
     */
    public void add(float[][] probabilities, int[] labels) {
        Probabilities.requireRows(probabilities, labels, classes);
        for (int i = 0; i < labels.length; i++) {
            addRow(probabilities[i], labels[i]);
        }
    }

    private void addRow(float[] row, int label) {
        int decision = Probabilities.decision(row);
        confusion[label][decision]++;
        int before = 0;
        for (int k = 0; k < classes; k++) {
            if (row[k] > row[label] || (row[k] == row[label] && k < label)) {
                before++;
            }
            if (classes > 2 || k == 1) {
                double error = (k == label ? 1.0 : 0.0) - row[k];
                squaredError += error * error;
            }
        }
        ranks[before]++;
        logLoss -= Math.log(Math.min(Math.max(row[label], ClassificationScores.CLIP), 1 - ClassificationScores.CLIP));
        int bin = Reliability.bin(row[decision], binRows.length);
        binRows[bin]++;
        binConfidence[bin] += row[decision];
        binRight[bin] += decision == label ? 1 : 0;
    }

    /**
     * Adds the sums of others, which stay as they are.
     *
     * @param other sums of the same number of classes
     * @throws IllegalArgumentException if the number of classes differs
     */
    public void add(ClassificationSums other) {
        if (other.classes != classes || other.binRows.length != binRows.length) {
            throw new IllegalArgumentException(
                    "sums of %d classes cannot be added to sums of %d".formatted(other.classes, classes));
        }
        double[] mine = numbers();
        double[] theirs = other.numbers();
        for (int i = 0; i < mine.length; i++) {
            mine[i] += theirs[i];
        }
        take(mine);
    }

    /**
     * Gives the sums as plain numbers, for transport: those of several workers are added element by element. Counts are exact
     * up to 2<sup>53</sup> rows.
     *
     * @return a copy; the length depends on the number of classes only
     */
    public double[] numbers() {
        double[] numbers = new double[size(classes, binRows.length)];
        int at = 0;
        numbers[at++] = logLoss;
        numbers[at++] = squaredError;
        for (long[] row : confusion) {
            at = put(row, numbers, at);
        }
        at = put(ranks, numbers, at);
        at = put(binRows, numbers, at);
        at = put(binRight, numbers, at);
        System.arraycopy(binConfidence, 0, numbers, at, binConfidence.length);
        return numbers;
    }

    /**
     * Makes sums of the numbers of one worker or the added ones of several.
     *
     * @param classes how many classes there are, ≥ 2
     * @param numbers as {@link #numbers} gives them
     * @return the sums
     * @throws IllegalArgumentException if the length does not fit the classes, a number is negative or not finite, or a count
     *     is not whole
     */
    public static ClassificationSums ofNumbers(int classes, double... numbers) {
        ClassificationSums sums = of(classes);
        int size = size(classes, sums.binRows.length);
        if (numbers.length != size) {
            throw new IllegalArgumentException(
                    "sums of %d classes are %d numbers, got %d".formatted(classes, size, numbers.length));
        }
        int counts = size - sums.binRows.length;
        for (int i = 0; i < size; i++) {
            boolean count = i >= 2 && i < counts;
            if (!(numbers[i] >= 0 && numbers[i] < Double.POSITIVE_INFINITY)
                    || (count && numbers[i] != Math.rint(numbers[i]))) {
                throw new IllegalArgumentException(
                        "number %d must be %s, got %s".formatted(i, count ? "a count" : ">= 0 and finite", numbers[i]));
            }
        }
        sums.take(numbers);
        return sums;
    }

    private static int size(int classes, int bins) {
        return Math.addExact(Math.multiplyExact(classes, classes), classes + 3 * bins + 2);
    }

    private void take(double[] numbers) {
        int at = 0;
        logLoss = numbers[at++];
        squaredError = numbers[at++];
        for (long[] row : confusion) {
            at = take(row, numbers, at);
        }
        at = take(ranks, numbers, at);
        at = take(binRows, numbers, at);
        at = take(binRight, numbers, at);
        System.arraycopy(numbers, at, binConfidence, 0, binConfidence.length);
    }

    private static int put(long[] counts, double[] numbers, int at) {
        for (int i = 0; i < counts.length; i++) {
            numbers[at + i] = counts[i];
        }
        return at + counts.length;
    }

    private static int take(long[] counts, double[] numbers, int at) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) numbers[at + i];
        }
        return at + counts.length;
    }

    /**
     * Counts the rows added.
     *
     * @return how many, ≥ 0
     */
    public long rows() {
        return Arrays.stream(ranks).sum();
    }

    /**
     * Tells the scores of the rows added so far.
     *
     * @return the scores; ranking scores are NaN
     * @throws IllegalStateException if no row was added
     */
    public ClassificationScores scores() {
        double[] none = new double[classes];
        Arrays.fill(none, Double.NaN);
        return scores(none, none);
    }

    ClassificationScores scores(double[] rocAuc, double[] averagePrecision) {
        long rows = rows();
        if (rows == 0) {
            throw new IllegalStateException("there are no scores of 0 rows");
        }
        ConfusionMatrix matrix = ConfusionMatrix.of(confusion);
        double[] topAccuracy = new double[classes];
        long hits = 0;
        for (int k = 0; k < classes; k++) {
            hits += ranks[k];
            topAccuracy[k] = (double) hits / rows;
        }
        return ClassificationScores.of(
                matrix,
                new ClassificationScores.Rankings(rocAuc, averagePrecision),
                Reliability.of(binRows, binConfidence, binRight),
                logLoss / rows,
                squaredError / rows,
                topAccuracy);
    }
}
