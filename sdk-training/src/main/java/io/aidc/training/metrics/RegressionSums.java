package io.aidc.training.metrics;

import io.aidc.training.metrics.RegressionScores.TargetScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Adds up what regression scores are made of, batch by batch and worker by worker.
 *
 * <p>Everything but the median can be told from sums; it is NaN here. Variances are kept as mean and sum of squares about it and
 * merged pairwise, so that large values with a small spread lose nothing; therefore the numbers of two workers are merged with
 * {@link #add(RegressionSums)}, not element by element.
 *
 * <p>Confined: one thread at a time.
 *
 * @see <a href="https://doi.org/10.1080/00031305.1983.10483115">Chan, Golub and LeVeque 1983, equation 2.1</a>
 */
public final class RegressionSums {
    /** For each target: mean and squares of the true values, of the errors, absolute and relative error, greatest error. */
    private static final int FIELDS = 7;

    private static final int MEAN = 0;
    private static final int SQUARES = 1;
    private static final int ERROR_MEAN = 2;
    private static final int ERROR_SQUARES = 3;
    private static final int ABSOLUTE = 4;
    private static final int RELATIVE = 5;
    private static final int MAXIMUM = 6;

    private final double[][] fields;
    private long rows;

    private RegressionSums(int targets) {
        fields = new double[targets][FIELDS];
    }

    /**
     * Begins with no rows.
     *
     * @param targets how many numbers are predicted for each row, ≥ 1
     * @return empty sums
     * @throws IllegalArgumentException if there is no target
     */
    public static RegressionSums of(int targets) {
        if (targets < 1) {
            throw new IllegalArgumentException("targets must be at least 1, got " + targets);
        }
        return new RegressionSums(targets);
    }

    /**
     * Adds answers.
     *
     * @param predictions {@code [rows, targets]}, finite
     * @param targets the true values, of the same shape, finite
     * @throws IllegalArgumentException naming the row and column that is not as it must be; nothing is added then
     */
    public void add(float[][] predictions, float[][] targets) {
        if (predictions.length != targets.length) {
            throw new IllegalArgumentException("targets must be one for each of %d predictions, got %d"
                    .formatted(predictions.length, targets.length));
        }
        requireFinite("predictions", predictions);
        requireFinite("targets", targets);
        for (int i = 0; i < targets.length; i++) {
            rows++;
            for (int t = 0; t < fields.length; t++) {
                addValue(fields[t], targets[i][t], (double) targets[i][t] - predictions[i][t]);
            }
        }
    }

    private void requireFinite(String name, float[][] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i].length != fields.length) {
                throw new IllegalArgumentException("%s: row %d has %d columns, but there are %d targets"
                        .formatted(name, i, values[i].length, fields.length));
            }
            for (int t = 0; t < fields.length; t++) {
                if (!Float.isFinite(values[i][t])) {
                    throw new IllegalArgumentException(
                            "%s: row %d, column %d must be finite, got %s".formatted(name, i, t, values[i][t]));
                }
            }
        }
    }

    private void addValue(double[] field, double truth, double error) {
        double offset = truth - field[MEAN];
        field[MEAN] += offset / rows;
        field[SQUARES] += offset * (truth - field[MEAN]);
        double errorOffset = error - field[ERROR_MEAN];
        field[ERROR_MEAN] += errorOffset / rows;
        field[ERROR_SQUARES] += errorOffset * (error - field[ERROR_MEAN]);
        double absolute = Math.abs(error);
        field[ABSOLUTE] += absolute;
        // No relative error of a true 0: NaN stays NaN in all later sums.
        field[RELATIVE] += truth == 0 ? Double.NaN : absolute / Math.abs(truth);
        field[MAXIMUM] = Math.max(field[MAXIMUM], absolute);
    }

    /**
     * Adds the sums of others, which stay as they are.
     *
     * @param other sums of the same number of targets
     * @throws IllegalArgumentException if the number of targets differs
     */
    public void add(RegressionSums other) {
        if (other.fields.length != fields.length) {
            throw new IllegalArgumentException(
                    "sums of %d targets cannot be added to sums of %d".formatted(other.fields.length, fields.length));
        }
        if (other.rows == 0) {
            return;
        }
        if (rows == 0) {
            rows = other.rows;
            Arrays.setAll(fields, t -> other.fields[t].clone());
            return;
        }
        double all = (double) rows + other.rows;
        for (int t = 0; t < fields.length; t++) {
            double[] mine = fields[t];
            double[] theirs = other.fields[t].clone(); // other may be this
            merge(mine, theirs, MEAN, all, other.rows);
            merge(mine, theirs, ERROR_MEAN, all, other.rows);
            mine[ABSOLUTE] += theirs[ABSOLUTE];
            mine[RELATIVE] += theirs[RELATIVE];
            mine[MAXIMUM] = Math.max(mine[MAXIMUM], theirs[MAXIMUM]);
        }
        rows = Math.addExact(rows, other.rows);
    }

    private void merge(double[] mine, double[] theirs, int mean, double all, long theirRows) {
        double offset = theirs[mean] - mine[mean];
        mine[mean] += offset * theirRows / all;
        mine[mean + 1] += theirs[mean + 1] + offset * offset * rows * theirRows / all;
    }

    /**
     * Gives the sums as plain numbers, for transport.
     *
     * @return a copy: the number of rows, then seven numbers for each target
     */
    public double[] numbers() {
        double[] numbers = new double[1 + fields.length * FIELDS];
        numbers[0] = rows;
        for (int t = 0; t < fields.length; t++) {
            System.arraycopy(fields[t], 0, numbers, 1 + t * FIELDS, FIELDS);
        }
        return numbers;
    }

    /**
     * Makes sums of the numbers of one worker.
     *
     * @param targets how many numbers are predicted for each row, ≥ 1
     * @param numbers as {@link #numbers} gives them
     * @return the sums
     * @throws IllegalArgumentException if the length does not fit the targets or the first number is no count
     */
    public static RegressionSums ofNumbers(int targets, double... numbers) {
        RegressionSums sums = of(targets);
        if (numbers.length != 1 + targets * FIELDS) {
            throw new IllegalArgumentException("sums of %d targets are %d numbers, got %d"
                    .formatted(targets, 1 + targets * FIELDS, numbers.length));
        }
        if (!(numbers[0] >= 0 && numbers[0] <= 1L << 53) || numbers[0] != Math.rint(numbers[0])) {
            throw new IllegalArgumentException("rows must be a count, got " + numbers[0]);
        }
        sums.rows = (long) numbers[0];
        for (int t = 0; t < targets; t++) {
            sums.fields[t] = Arrays.copyOfRange(numbers, 1 + t * FIELDS, 1 + (t + 1) * FIELDS);
        }
        return sums;
    }

    /**
     * Counts the rows added.
     *
     * @return how many, ≥ 0
     */
    public long rows() {
        return rows;
    }

    /**
     * Tells the scores of the rows added so far.
     *
     * @return the scores; the median is NaN
     * @throws IllegalStateException if no row was added
     */
    public RegressionScores scores() {
        double[] none = new double[fields.length];
        Arrays.fill(none, Double.NaN);
        return scores(none);
    }

    RegressionScores scores(double[] medians) {
        if (rows == 0) {
            throw new IllegalStateException("there are no scores of 0 rows");
        }
        List<TargetScores> all = new ArrayList<>();
        for (int t = 0; t < fields.length; t++) {
            all.add(scores(fields[t], medians[t]));
        }
        return RegressionScores.of(rows, all);
    }

    private TargetScores scores(double[] field, double median) {
        double errorSquares = field[ERROR_SQUARES] + field[ERROR_MEAN] * field[ERROR_MEAN] * rows;
        double mse = errorSquares / rows;
        boolean constant = field[SQUARES] == 0;
        return new TargetScores(
                mse,
                Math.sqrt(mse),
                field[ABSOLUTE] / rows,
                median,
                constant ? Double.NaN : 1 - errorSquares / field[SQUARES],
                constant ? Double.NaN : 1 - field[ERROR_SQUARES] / field[SQUARES],
                field[RELATIVE] / rows,
                field[MAXIMUM]);
    }
}
