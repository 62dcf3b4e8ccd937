package io.aidc.training;

import java.util.Map;
import java.util.function.Supplier;

/**
 * Hears of the progress of a run.
 *
 * <p>Methods are called on the thread of worker 0, which is the caller's if there is one worker; the run waits for them. An
 * exception ends the run as a lost worker.
 */
@FunctionalInterface
public interface TrainingListener {
    /**
     * Takes notice of a step that was completed.
     *
     * @param progress where the run stands
     */
    void onStep(TrainingProgress progress);

    /**
     * Takes notice of a pass over the data that was completed, or of the validation of a run that has no passes. Does nothing
     * unless overridden.
     *
     * @param scores how the pass went
     * @param parameters gives copies of the parameters by name, as {@link TrainedModel#parameters} does; valid during the call
     */
    default void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {}

    /**
     * Takes notice of the end of a run that made a model, on the thread that called {@code fit}. Does nothing unless overridden.
     *
     * @param report how it was trained
     */
    default void onEnd(TrainingReport report) {}
}
