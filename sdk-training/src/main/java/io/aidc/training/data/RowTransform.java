package io.aidc.training.data;

import java.util.random.RandomGenerator;

/**
 * Changes the features of a row on its way into a batch, such as by noise or by flipping a picture. Called on several
 * threads at once, never twice for one row of an epoch.
 */
@FunctionalInterface
public interface RowTransform {
    /**
     * Changes a row in place.
     *
     * @param row the features, to be overwritten with finite numbers; a copy, valid during the call only
     * @param random the chance to use, and no other: seeded by the run's seed, the epoch and the row, so that the
     *     result depends neither on the number of threads nor on how far they read ahead
     */
    void apply(float[] row, RandomGenerator random);
}
