package io.aidc.training.quality;

/**
 * Names a label that is probably wrong.
 *
 * @param row the row, from 0
 * @param given the label it has
 * @param suggested the class that the model finds most likely among the others
 * @param selfConfidence the probability of the given label, in [0, 1]; low is suspect
 * @param normalizedMargin the probability of the given label less that of the suggested one, in [-1, 1]; low is suspect
 */
public record SuspectedLabel(int row, int given, int suggested, double selfConfidence, double normalizedMargin) {}
