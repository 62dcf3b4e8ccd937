package io.aidc.training.metrics;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Tells how near predicted numbers are to the true ones.
 *
 * <p>Each figure is the mean over targets, the maximum of {@code maxError} excepted; targets for which it is not defined are
 * left out of the mean, and it is NaN if it is defined for none. Where both define a figure it is that of scikit-learn.
 *
 * <p>Immutable.
 *
 * @param rows how many rows were scored
 * @param perTarget each target by itself
 * @param mse mean squared error, in the square of the targets' unit
 * @param rmse square root of the mean squared error, in the targets' unit
 * @param mae mean absolute error, in the targets' unit
 * @param medianAbsoluteError median of the absolute errors, in the targets' unit; NaN in scores made of sums
 * @param r2 coefficient of determination, ≤ 1; 0 for always predicting the mean. NaN if all true values are equal
 * @param explainedVariance as {@code r2}, but blind to a constant offset
 * @param meanAbsolutePercentageError mean of absolute error over absolute true value, as a fraction. NaN if a true value is 0
 * @param maxError greatest absolute error, in the targets' unit
 */
public record RegressionScores(
        long rows,
        List<TargetScores> perTarget,
        double mse,
        double rmse,
        double mae,
        double medianAbsoluteError,
        double r2,
        double explainedVariance,
        double meanAbsolutePercentageError,
        double maxError) {
    /**
     * Holds the scores of one target; see {@link RegressionScores} for each.
     *
     * @param mse mean squared error
     * @param rmse its square root
     * @param mae mean absolute error
     * @param medianAbsoluteError median of the absolute errors
     * @param r2 coefficient of determination
     * @param explainedVariance the same, blind to a constant offset
     * @param meanAbsolutePercentageError as a fraction
     * @param maxError greatest absolute error
     */
    public record TargetScores(
            double mse,
            double rmse,
            double mae,
            double medianAbsoluteError,
            double r2,
            double explainedVariance,
            double meanAbsolutePercentageError,
            double maxError) {}

    /** Copies the list. */
    public RegressionScores {
        perTarget = List.copyOf(perTarget);
    }

    /**
     * Scores answers. O(rows · log rows) for each target, for the median.
     *
     * @param predictions {@code [rows, targets]}, finite, at least one row and target
     * @param targets the true values, of the same shape, finite
     * @return the scores
     * @throws IllegalArgumentException naming the row and column that is not as it must be
     */
    public static RegressionScores of(float[][] predictions, float[][] targets) {
        if (predictions.length == 0) {
            throw new IllegalArgumentException("scores need at least 1 row, got 0");
        }
        RegressionSums sums = RegressionSums.of(predictions[0].length);
        sums.add(predictions, targets);
        double[] medians = new double[predictions[0].length];
        double[] errors = new double[predictions.length];
        for (int t = 0; t < medians.length; t++) {
            for (int i = 0; i < errors.length; i++) {
                errors[i] = Math.abs((double) predictions[i][t] - targets[i][t]);
            }
            Arrays.sort(errors);
            medians[t] = (errors[(errors.length - 1) / 2] + errors[errors.length / 2]) / 2;
        }
        return sums.scores(medians);
    }

    static RegressionScores of(long rows, List<TargetScores> all) {
        return new RegressionScores(
                rows,
                all,
                mean(all, TargetScores::mse),
                mean(all, TargetScores::rmse),
                mean(all, TargetScores::mae),
                mean(all, TargetScores::medianAbsoluteError),
                mean(all, TargetScores::r2),
                mean(all, TargetScores::explainedVariance),
                mean(all, TargetScores::meanAbsolutePercentageError),
                all.stream().mapToDouble(TargetScores::maxError).max().orElse(Double.NaN));
    }

    private static double mean(List<TargetScores> all, ToDoubleFunction<TargetScores> figure) {
        return Means.defined(all.stream().mapToDouble(figure).toArray());
    }

    /**
     * Names the figures, for listeners, search and tables: {@code mse}, {@code rmse}, {@code mae},
     * {@code medianAbsoluteError}, {@code r2}, {@code explainedVariance}, {@code meanAbsolutePercentageError} and
     * {@code maxError}.
     *
     * @return scores by name in that order; an undefined one is NaN
     */
    public Map<String, Double> byName() {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("mse", mse);
        scores.put("rmse", rmse);
        scores.put("mae", mae);
        scores.put("medianAbsoluteError", medianAbsoluteError);
        scores.put("r2", r2);
        scores.put("explainedVariance", explainedVariance);
        scores.put("meanAbsolutePercentageError", meanAbsolutePercentageError);
        scores.put("maxError", maxError);
        return Collections.unmodifiableMap(scores);
    }
}
