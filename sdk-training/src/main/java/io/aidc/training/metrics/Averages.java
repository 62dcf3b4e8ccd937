package io.aidc.training.metrics;

/**
 * Holds precision, recall and F1 averaged over classes that have rows.
 *
 * @param precision in [0, 1]
 * @param recall in [0, 1]
 * @param f1 the average of the classes' F1, in [0, 1]; not the harmonic mean of the other two
 */
public record Averages(double precision, double recall, double f1) {}
