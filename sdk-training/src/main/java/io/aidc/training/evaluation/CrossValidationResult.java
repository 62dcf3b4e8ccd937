package io.aidc.training.evaluation;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Holds the scores of each fold and what was answered for rows that were held aside.
 *
 * <p>Immutable.
 */
public final class CrossValidationResult {
    private final List<FoldScores> folds;
    private final float[][] outOfFold;

    CrossValidationResult(List<FoldScores> folds, float[][] outOfFold) {
        this.folds = List.copyOf(folds);
        this.outOfFold = outOfFold;
    }

    /**
     * Gives the folds.
     *
     * @return one entry for each fold of each repeat, in that order
     */
    public List<FoldScores> folds() {
        return folds;
    }

    /**
     * Lists the scores.
     *
     * @return their names in a fixed order
     */
    public Set<String> names() {
        return folds.get(0).scores().keySet();
    }

    /**
     * Gives a score of each fold.
     *
     * @param score its name
     * @return the values in the order of {@link #folds}; NaN where it is not defined
     * @throws IllegalArgumentException if there is no such score
     */
    public double[] values(String score) {
        if (!names().contains(score)) {
            throw new IllegalArgumentException("no score '%s'; there are %s".formatted(score, names()));
        }
        return folds.stream()
                .mapToDouble(fold -> fold.scores().getOrDefault(score, Double.NaN))
                .toArray();
    }

    /**
     * Gives a score's mean with the range it may be off by, at {@value Estimate#DEFAULT_LEVEL}.
     *
     * @param score its name
     * @return the estimate; NaN if the score is not defined in one of the folds
     * @throws IllegalArgumentException if there is no such score
     */
    public Estimate estimate(String score) {
        return estimate(score, Estimate.DEFAULT_LEVEL);
    }

    /**
     * Gives a score's mean with the range it may be off by.
     *
     * @param score its name
     * @param level how sure the range is, in (0, 1)
     * @return the estimate; NaN if the score is not defined in one of the folds
     * @throws IllegalArgumentException if there is no such score or the level is out of range
     */
    public Estimate estimate(String score, double level) {
        return Estimate.of(values(score), testToTrain(), level);
    }

    /**
     * Gives the means of all scores.
     *
     * @return means by name in a fixed order
     */
    public Map<String, Double> means() {
        Map<String, Double> means = new LinkedHashMap<>();
        names().forEach(name -> means.put(name, estimate(name).mean()));
        return Collections.unmodifiableMap(means);
    }

    double testToTrain() {
        return folds.stream()
                .mapToDouble(fold -> (double) fold.testRows() / fold.trainRows())
                .average()
                .orElseThrow();
    }

    /**
     * Gives what was answered for each row by predictors that were not trained with it, the mean over the repeats: what to look
     * for label errors in, to calibrate on, or to stack.
     *
     * @return a copy, {@code [rows, classes]} or {@code [rows, targets]}, in the order of the data's rows
     */
    public float[][] outOfFold() {
        return Arrays.stream(outOfFold).map(float[]::clone).toArray(float[][]::new);
    }

    /** Shows a table with a line for each score. */
    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, "%-28s %10s %10s %23s", "score", "mean", "sd", "95 % interval"));
        for (String name : names()) {
            Estimate one = estimate(name);
            table.append(String.format(
                    Locale.ROOT,
                    "\n%-28s %10.4f %10.4f   [%9.4f, %9.4f]",
                    name,
                    one.mean(),
                    one.deviation(),
                    one.low(),
                    one.high()));
        }
        return table.toString();
    }
}
