package io.aidc.training.metrics;

/**
 * Holds the scores of one class against all others.
 *
 * @param rows how many rows have the class
 * @param precision see {@link ConfusionMatrix#precision}
 * @param recall see {@link ConfusionMatrix#recall}
 * @param f1 see {@link ConfusionMatrix#f1}
 * @param rocAuc the chance that a row of the class gets a greater probability of it than a row of another class, equal ones
 *     counting half; in [0, 1]. NaN if no row, or every row, has the class, and in scores made of sums
 * @param averagePrecision see {@link RankingCurve#precisionRecall}; in [0, 1]. NaN if no row has the class, and in scores
 *     made of sums
 */
public record ClassScores(
        long rows, double precision, double recall, double f1, double rocAuc, double averagePrecision) {}
