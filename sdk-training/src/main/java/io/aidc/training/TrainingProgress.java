package io.aidc.training;

import java.time.Duration;

/**
 * Tells where a run stands after a step.
 *
 * <p>Immutable.
 *
 * @param step the step completed, from 1
 * @param steps how many steps are planned
 * @param epoch the pass over the data, from 1; 0 in a private run, which draws each batch anew
 * @param loss the mean loss of the step's rows before the step, in all workers together. In a private run it is computed
 *     on private rows and not covered by the privacy guarantee: for the data's keeper only. NaN if the batch was empty
 * @param workers how many workers train
 * @param examplesPerSecond rows of all workers divided by the time since the run began
 * @param elapsed time since the run began
 */
public record TrainingProgress(
        int step, int steps, int epoch, double loss, int workers, double examplesPerSecond, Duration elapsed) {}
