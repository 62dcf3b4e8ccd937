package io.aidc.training.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells how sure scores of a test set are: draws as many rows with replacement, scores them, and takes the percentiles of many
 * such draws.
 *
 * {@snippet class="io.aidc.training.metrics.MetricsSnippetsTest" region="bootstrap"}
 *
 * <p>The rows must be independent. The interval tells of the choice of test rows only, not of training again, which
 * cross-validation does; and it is somewhat too narrow for some tens of rows or for scores near their bound. The same seed gives
 * the same interval on every machine.
 *
 * <p>Confined: one thread at a time.
 *
 * @see <a href="https://doi.org/10.1201/9780429246593">Efron and Tibshirani 1993, chapter 13</a>
 */
public final class Bootstrap {
    /** How many draws are made unless {@link #resamples} is set. */
    public static final int DEFAULT_RESAMPLES = 1000;

    /** How sure the interval is unless {@link #level} is set. */
    public static final double DEFAULT_LEVEL = 0.95;

    private static final int MAX_RESAMPLES = 1_000_000;

    private final long seed;
    private @Nullable Integer resamples;
    private @Nullable Double level;

    private Bootstrap(long seed) {
        this.seed = seed;
    }

    /**
     * Begins the description of a bootstrap.
     *
     * @param seed what the rows are drawn by
     * @return a bootstrap with default options
     */
    public static Bootstrap seed(long seed) {
        return new Bootstrap(seed);
    }

    /**
     * Sets how many draws are made; {@value #DEFAULT_RESAMPLES} if not set.
     *
     * @param count in [10, 1000000]
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     */
    public Bootstrap resamples(int count) {
        if (resamples != null) {
            throw new IllegalStateException("resamples is already set to " + resamples);
        }
        if (count < 10 || count > MAX_RESAMPLES) {
            throw new IllegalArgumentException("resamples must be in [10, %d], got %d".formatted(MAX_RESAMPLES, count));
        }
        resamples = count;
        return this;
    }

    /**
     * Sets how sure the interval is; {@value #DEFAULT_LEVEL} if not set.
     *
     * @param value the fraction of intervals that hold the true score, in (0, 1)
     * @return this
     * @throws IllegalArgumentException if it is out of range
     * @throws IllegalStateException if it was set before
     */
    public Bootstrap level(double value) {
        if (level != null) {
            throw new IllegalStateException("level is already set to " + level);
        }
        if (!(value > 0 && value < 1)) {
            throw new IllegalArgumentException("level must be in (0, 1), got " + value);
        }
        level = value;
        return this;
    }

    /**
     * Gives an interval for each of {@link ClassificationScores#byName}.
     *
     * @param probabilities of each class, {@code [rows, classes]}
     * @param labels the class of each row, from 0
     * @return intervals by the name of the score
     * @throws IllegalArgumentException if the answers are not as {@link ClassificationScores#of} asks for
     */
    public Map<String, Interval> classification(float[][] probabilities, int[] labels) {
        Probabilities.requireShape(probabilities, labels);
        return scores(
                labels.length,
                rows -> ClassificationScores.of(
                                pick(probabilities, rows),
                                Arrays.stream(rows).map(row -> labels[row]).toArray())
                        .byName());
    }

    /**
     * Gives an interval for each of {@link RegressionScores#byName}.
     *
     * @param predictions {@code [rows, targets]}
     * @param targets the true values, of the same shape
     * @return intervals by the name of the score
     * @throws IllegalArgumentException if the answers are not as {@link RegressionScores#of} asks for
     */
    public Map<String, Interval> regression(float[][] predictions, float[][] targets) {
        RegressionScores.of(predictions, targets); // names the row that is wrong, before rows are mixed
        return scores(
                targets.length,
                rows -> RegressionScores.of(pick(predictions, rows), pick(targets, rows))
                        .byName());
    }

    /**
     * Gives an interval for each of some scores of the caller.
     *
     * @param rows how many rows there are, &gt; 0
     * @param scores scores rows given by index, from 0, repeats included; always the same names. Draws for which a score is NaN
     *     are left out of its interval
     * @return intervals by the name of the score; NaN at both ends if it was NaN for every draw
     * @throws IllegalArgumentException if there is no row
     */
    public Map<String, Interval> scores(int rows, Function<int[], Map<String, Double>> scores) {
        if (rows <= 0) {
            throw new IllegalArgumentException("rows must be > 0, got " + rows);
        }
        int draws = resamples == null ? DEFAULT_RESAMPLES : resamples;
        double sure = level == null ? DEFAULT_LEVEL : level;
        int[] picked = new int[rows];
        Arrays.setAll(picked, i -> i);
        Map<String, Double> estimates = scores.apply(picked.clone());
        Map<String, double[]> drawn = new LinkedHashMap<>();
        estimates.keySet().forEach(name -> drawn.put(name, new double[draws]));
        var random = new SplittableRandom(seed);
        for (int draw = 0; draw < draws; draw++) {
            Arrays.setAll(picked, i -> random.nextInt(rows));
            Map<String, Double> one = scores.apply(picked.clone());
            for (var entry : drawn.entrySet()) {
                entry.getValue()[draw] = one.getOrDefault(entry.getKey(), Double.NaN);
            }
        }
        Map<String, Interval> intervals = new LinkedHashMap<>();
        estimates.forEach((name, estimate) -> {
            double[] values = Arrays.stream(drawn.getOrDefault(name, new double[0]))
                    .filter(value -> !Double.isNaN(value))
                    .sorted()
                    .toArray();
            intervals.put(
                    name,
                    new Interval(estimate, quantile(values, (1 - sure) / 2), quantile(values, (1 + sure) / 2), sure));
        });
        return Collections.unmodifiableMap(intervals);
    }

    /** The quantile of sorted numbers, linear between neighbours. */
    private static double quantile(double[] sorted, double fraction) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = fraction * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static float[][] pick(float[][] values, int[] rows) {
        float[][] picked = new float[rows.length][];
        Arrays.setAll(picked, i -> values[rows[i]]);
        return picked;
    }
}
