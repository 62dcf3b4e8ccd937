package io.aidc.training;

/**
 * Holds what a run made.
 *
 * @param model the trained model; closed with the result
 * @param report how it was trained
 */
public record TrainingResult(TrainedModel model, TrainingReport report) implements AutoCloseable {
    /** Closes the model. */
    @Override
    public void close() {
        model.close();
    }
}
