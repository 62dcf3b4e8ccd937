package io.aidc.training.dp;

/**
 * Draws the rows of one private step.
 *
 * <p>The account of a subsampled Gaussian holds for Poisson sampling: every row is taken with the same probability,
 * independently of all others, from a source that nobody can predict. What an implementation draws is what must be
 * accounted for.
 */
@FunctionalInterface
public interface BatchSampler {
    /**
     * Draws row indices. Called on the thread of worker 0, once per step, in order.
     *
     * @param population the number of rows, &gt; 0
     * @return distinct indices in {@code [0, population)}, in any order; may be empty
     */
    int[] draw(int population);
}
