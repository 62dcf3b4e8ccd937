package io.aidc.training;

import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Changes the features of one row by chance, so that a model sees each row a little differently in each epoch.
 *
 * <p>Implementations keep no state between calls: all chance comes from the argument, so that the same generator state
 * gives the same change, and several threads may call one augmentation with different rows. They write only inside the row
 * and keep its numbers finite.
 */
@FunctionalInterface
public interface Augmentation {
    /**
     * Changes a row in place.
     *
     * @param row the features of one row, shape {@code [features]}; changed
     * @param random where all chance comes from
     * @throws IllegalArgumentException if the row is not as long as this augmentation needs
     */
    void apply(float[] row, RandomGenerator random);

    /**
     * Applies another augmentation to the result of this one.
     *
     * @param next what follows
     * @return both, one after the other
     */
    default Augmentation then(Augmentation next) {
        Objects.requireNonNull(next, "next");
        return (row, random) -> {
            apply(row, random);
            next.apply(row, random);
        };
    }

    /**
     * Applies this augmentation to some of the rows only. One number is drawn for each row, whatever the outcome.
     *
     * @param probability the chance that a row is changed, in [0, 1]
     * @return an augmentation that leaves the other rows as they are
     * @throws IllegalArgumentException if the probability is outside [0, 1]
     */
    default Augmentation withProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be in [0, 1], got " + probability);
        }
        return (row, random) -> {
            if (random.nextDouble() < probability) {
                apply(row, random);
            }
        };
    }
}
