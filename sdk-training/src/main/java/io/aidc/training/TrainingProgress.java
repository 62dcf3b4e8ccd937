package io.aidc.training;

import java.time.Duration;

/**
 * Tells where a run stands after a step.
 *
 * <p>In a private run {@code loss} and {@code examplesPerSecond} are figures for whoever operates the run and holds the data:
 * no noise protects them. The loss is computed on private rows, and the rate times the elapsed time gives the realised batch
 * sizes, which the privacy guarantee takes to be secret.
 *
 * <p>Immutable.
 *
 * @param step the step completed, from 1
 * @param steps how many steps are planned
 * @param epoch the pass over the data, from 1; 0 in a private run, which draws each batch anew
 * @param loss the mean loss of the step's rows before the step, in all workers together. Unprotected
 *     in a private run. NaN if the batch was empty
 * @param learningRate the rate of the step
 * @param workers how many workers train
 * @param examplesPerSecond rows of all workers divided by the time since the run began. Unprotected in a private run
 * @param elapsed time since the run began
 */
public record TrainingProgress(
        int step,
        int steps,
        int epoch,
        double loss,
        double learningRate,
        int workers,
        double examplesPerSecond,
        Duration elapsed) {}
