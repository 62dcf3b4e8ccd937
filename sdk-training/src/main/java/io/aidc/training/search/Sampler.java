package io.aidc.training.search;

import java.util.List;
import java.util.Map;

/**
 * Chooses the parameters of trials: {@link Grid}, {@link RandomSampler} or {@link Tpe}. What it draws depends on its
 * seed, the number of the trial and the trials before, and on nothing else.
 *
 * <p>Immutable.
 */
public abstract sealed class Sampler permits Grid, RandomSampler, Tpe {
    Sampler() {}

    /** Draws what is to be drawn together, when a trial begins; empty if parameters are drawn one by one. */
    Map<String, Double> propose(int trial, List<Past> others) {
        return Map.of();
    }

    /** Draws one parameter that was not proposed. */
    abstract double draw(int trial, List<Past> others, String name, Domain domain);

    /** How many different trials there are at most. */
    int limit() {
        return Integer.MAX_VALUE;
    }

    /**
     * Describes the sampler with its options, as a journal keeps it.
     *
     * @return one line
     */
    @Override
    public abstract String toString();
}
