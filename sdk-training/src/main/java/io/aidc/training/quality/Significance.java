package io.aidc.training.quality;

/**
 * Holds the outcome of a statistical test.
 *
 * @param statistic what was measured, in the unit that the test names
 * @param pValue the chance of a statistic at least as great if there were no difference, in [0, 1]
 */
public record Significance(double statistic, double pValue) {}
