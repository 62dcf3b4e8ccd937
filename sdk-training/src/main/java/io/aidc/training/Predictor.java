package io.aidc.training;

/**
 * Answers rows, whatever it was trained by: what scores, cross-validation and comparisons work on.
 *
 * @see Learner
 */
@FunctionalInterface
public interface Predictor extends AutoCloseable {
    /**
     * Answers rows.
     *
     * @param rows shape {@code [rows, features]}; not changed
     * @return the probability of each class, {@code [rows, classes]}, or numbers, {@code [rows, targets]}
     * @throws IllegalArgumentException if a row has another width than those it was trained with
     */
    float[][] predict(float[][] rows);

    /** Frees what is held outside the Java heap; nothing unless overridden. */
    @Override
    default void close() {}
}
