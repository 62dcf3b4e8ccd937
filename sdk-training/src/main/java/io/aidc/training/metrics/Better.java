package io.aidc.training.metrics;

import java.util.Set;

/** Tells in which direction a score gets better. */
public enum Better {
    /** A greater score is better, as of accuracy. */
    GREATER,
    /** A smaller score is better, as of a loss or an error. */
    SMALLER;

    private static final Set<String> ERRORS = Set.of(
            "loss",
            "logLoss",
            "brier",
            "calibrationError",
            "mse",
            "rmse",
            "mae",
            "medianAbsoluteError",
            "meanAbsolutePercentageError",
            "maxError");

    /**
     * Knows the scores of this package by name.
     *
     * @param score as in {@link ClassificationScores#byName} or {@link RegressionScores#byName}, or {@code loss}
     * @return {@link #SMALLER} for losses and errors, {@link #GREATER} for everything else
     */
    public static Better of(String score) {
        return ERRORS.contains(score) ? SMALLER : GREATER;
    }

    /**
     * Compares two values of a score.
     *
     * @param a one
     * @param b the other
     * @return true if {@code a} is strictly better; a number is better than NaN
     */
    public boolean isBetter(double a, double b) {
        if (Double.isNaN(a) || Double.isNaN(b)) {
            return Double.isNaN(b) && !Double.isNaN(a);
        }
        return this == GREATER ? a > b : a < b;
    }
}
