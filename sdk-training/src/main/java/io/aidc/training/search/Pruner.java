package io.aidc.training.search;

import java.util.List;

/**
 * Tells which trials are not worth going on, from the intermediate values that they report: {@link Median},
 * {@link Asha} or {@link Hyperband}.
 *
 * <p>Immutable.
 */
public abstract sealed class Pruner permits Asha, Hyperband, Median, NoPruner {
    Pruner() {}

    /**
     * Judges a trial that has just reported.
     *
     * @param trial with the report
     * @param previousStep the step of the report before, {@code Integer.MIN_VALUE} if there was none
     * @param others all other trials
     */
    abstract boolean prunes(Past trial, int previousStep, List<Past> others);

    /**
     * Describes the pruner with its options, as a journal keeps it.
     *
     * @return one line
     */
    @Override
    public abstract String toString();
}
