package io.aidc.training;

/** Hears of each step of a run. */
@FunctionalInterface
public interface TrainingListener {
    /**
     * Takes notice of a step that was completed. Called on the thread of worker 0, which is the caller's if there is one
     * worker; the next step waits for it. An exception ends the run as a lost worker.
     *
     * @param progress where the run stands
     */
    void onStep(TrainingProgress progress);
}
