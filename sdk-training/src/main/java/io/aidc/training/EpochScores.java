package io.aidc.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells how a pass over the data went.
 *
 * <p>Immutable.
 *
 * @param epoch the pass, from 1
 * @param step the step it ended with, from 1
 * @param loss the mean training loss of the pass; NaN in a private run, which shows none
 * @param learningRate the rate of the last step
 * @param validation scores on the validation rows by name, such as {@code loss} and {@code accuracy}; empty without them
 */
public record EpochScores(int epoch, int step, double loss, double learningRate, Map<String, Double> validation) {
    /** Copies the scores and keeps their order. */
    public EpochScores {
        validation = Collections.unmodifiableMap(new LinkedHashMap<>(validation));
    }
}
