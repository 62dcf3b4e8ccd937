package io.aidc.training;

/** Makes a predictor of rows: a network, a forest, a baseline. */
@FunctionalInterface
public interface Learner {
    /**
     * Trains.
     *
     * @param data the rows to train with
     * @param seed what all chance in it is drawn from
     * @return what was trained; the caller closes it
     */
    Predictor fit(Dataset data, long seed);
}
