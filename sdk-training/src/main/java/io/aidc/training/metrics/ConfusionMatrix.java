package io.aidc.training.metrics;

import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;

/**
 * Counts rows by the class they have and the class they were taken for.
 *
 * <p>Immutable.
 */
public final class ConfusionMatrix {
    private final long[][] counts;
    private final long rows;

    private ConfusionMatrix(long[][] counts) {
        this.counts = counts;
        this.rows = Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
    }

    /**
     * Takes counts.
     *
     * @param counts rows of actual class i taken for class j, {@code [classes, classes]}, each ≥ 0, two classes or more; copied
     * @return the matrix
     * @throws IllegalArgumentException if the counts are not square, are of fewer than two classes, or one is negative
     */
    public static ConfusionMatrix of(long[][] counts) {
        if (counts.length < 2) {
            throw new IllegalArgumentException("a confusion matrix needs at least 2 classes, got " + counts.length);
        }
        long[][] copy = new long[counts.length][];
        for (int i = 0; i < counts.length; i++) {
            if (counts[i].length != counts.length) {
                throw new IllegalArgumentException(
                        "counts: row %d must have %d columns, got %d".formatted(i, counts.length, counts[i].length));
            }
            copy[i] = counts[i].clone();
            for (long count : copy[i]) {
                if (count < 0) {
                    throw new IllegalArgumentException("counts: row %d holds %d, must be >= 0".formatted(i, count));
                }
            }
        }
        return new ConfusionMatrix(copy);
    }

    /**
     * Counts the classes.
     *
     * @return how many, ≥ 2
     */
    public int classes() {
        return counts.length;
    }

    /**
     * Counts the rows.
     *
     * @return the sum of all counts
     */
    public long rows() {
        return rows;
    }

    /**
     * Counts rows of one class taken for another or the same.
     *
     * @param actual the class they have, from 0
     * @param predicted the class they were taken for, from 0
     * @return how many
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public long count(int actual, int predicted) {
        Objects.checkIndex(actual, counts.length);
        Objects.checkIndex(predicted, counts.length);
        return counts[actual][predicted];
    }

    /**
     * Counts rows of a class, also called its support.
     *
     * @param actual the class, from 0
     * @return how many have it
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public long actual(int actual) {
        Objects.checkIndex(actual, counts.length);
        return Arrays.stream(counts[actual]).sum();
    }

    /**
     * Counts rows that were taken for a class.
     *
     * @param predicted the class, from 0
     * @return how many were
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public long predicted(int predicted) {
        Objects.checkIndex(predicted, counts.length);
        long sum = 0;
        for (long[] row : counts) {
            sum += row[predicted];
        }
        return sum;
    }

    private long right() {
        long sum = 0;
        for (int k = 0; k < counts.length; k++) {
            sum += counts[k][k];
        }
        return sum;
    }

    /**
     * Gives the fraction of rows that were taken for what they are.
     *
     * @return in [0, 1]; NaN without rows
     */
    public double accuracy() {
        return Means.ratio(right(), rows);
    }

    /**
     * Gives the mean over classes that have rows of the fraction of their rows that were found.
     *
     * @return in [0, 1]; NaN without rows
     */
    public double balancedAccuracy() {
        double[] recalls = new double[counts.length];
        Arrays.setAll(recalls, this::recall);
        return Means.defined(recalls);
    }

    /**
     * Gives the fraction of rows taken for a class that have it.
     *
     * @param of the class, from 0
     * @return in [0, 1]; 0 if its rows were all taken for others and nothing for it; NaN if it neither has rows nor was
     *     predicted
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public double precision(int of) {
        long predicted = predicted(of);
        return predicted == 0 && actual(of) > 0 ? 0 : Means.ratio(counts[of][of], predicted);
    }

    /**
     * Gives the fraction of the rows of a class that were found.
     *
     * @param of the class, from 0
     * @return in [0, 1]; NaN for a class without rows
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public double recall(int of) {
        return Means.ratio(count(of, of), actual(of));
    }

    /**
     * Gives the harmonic mean of precision and recall.
     *
     * @param of the class, from 0
     * @return in [0, 1]; NaN for a class without rows
     * @throws IndexOutOfBoundsException if there is no such class
     */
    public double f1(int of) {
        long actual = actual(of);
        return actual == 0 ? Double.NaN : 2.0 * counts[of][of] / (actual + predicted(of));
    }

    /**
     * Gives the correlation of classes and decisions, Matthews' coefficient for any number of classes.
     *
     * @return in [-1, 1], 0 for guessing; 0 if all rows were taken for one class; NaN if all rows have one class
     * @see <a href="https://doi.org/10.1016/j.compbiolchem.2004.09.006">Gorodkin 2004, equation 8</a>
     */
    public double matthews() {
        double squaresActual = 0;
        double squaresPredicted = 0;
        double products = 0;
        for (int k = 0; k < counts.length; k++) {
            double actual = actual(k);
            double predicted = predicted(k);
            squaresActual += actual * actual;
            squaresPredicted += predicted * predicted;
            products += actual * predicted;
        }
        double all = (double) rows * rows;
        if (all - squaresActual <= 0) {
            return Double.NaN;
        }
        if (all - squaresPredicted <= 0) {
            return 0;
        }
        return ((double) right() * rows - products) / Math.sqrt((all - squaresActual) * (all - squaresPredicted));
    }

    /**
     * Gives the counts.
     *
     * @return a copy, {@code [classes, classes]}, first index the actual class
     */
    public long[][] counts() {
        return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConfusionMatrix that && Arrays.deepEquals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(counts);
    }

    /** Shows a table, one line for each actual class, one column for each predicted one. */
    @Override
    public String toString() {
        int width = Math.max(
                Long.toString(rows).length(),
                Integer.toString(counts.length - 1).length());
        String cell = " %" + width + "d";
        StringBuilder table = new StringBuilder("actual\\predicted");
        for (int k = 0; k < counts.length; k++) {
            table.append(String.format(Locale.ROOT, cell, k));
        }
        for (int k = 0; k < counts.length; k++) {
            table.append(String.format(Locale.ROOT, "\n%16d", k));
            for (long count : counts[k]) {
                table.append(String.format(Locale.ROOT, cell, count));
            }
        }
        return table.toString();
    }
}
