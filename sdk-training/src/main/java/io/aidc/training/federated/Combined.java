package io.aidc.training.federated;

import java.util.Map;

/** What an attempt of a round came to. */
final class Combined {
    private final Map<String, ClientOutcome> outcomes;
    private final String failure;
    private final float[] update;
    private final double clipNorm;
    private final Map<String, Double> metrics;
    private final boolean isFinal;

    Combined(
            Map<String, ClientOutcome> outcomes,
            String failure,
            float[] update,
            double clipNorm,
            Map<String, Double> metrics) {
        this(outcomes, failure, update, clipNorm, metrics, false);
    }

    private Combined(
            Map<String, ClientOutcome> outcomes,
            String failure,
            float[] update,
            double clipNorm,
            Map<String, Double> metrics,
            boolean isFinal) {
        this.outcomes = outcomes;
        this.failure = failure;
        this.update = update;
        this.clipNorm = clipNorm;
        this.metrics = metrics;
        this.isFinal = isFinal;
    }

    static Combined failed(Map<String, ClientOutcome> outcomes, String failure, double clipNorm) {
        return new Combined(outcomes, failure, new float[0], clipNorm, Map.of());
    }

    /** An attempt after which the round must not be tried again. */
    static Combined failedForGood(Map<String, ClientOutcome> outcomes, String failure, double clipNorm) {
        return new Combined(outcomes, failure, new float[0], clipNorm, Map.of(), true);
    }

    boolean isFinal() {
        return isFinal;
    }

    Map<String, ClientOutcome> outcomes() {
        return outcomes;
    }

    /** Why the attempt failed; empty if it did not. */
    String failure() {
        return failure;
    }

    float[] update() {
        return update;
    }

    /** The clip norm of the next round. */
    double clipNorm() {
        return clipNorm;
    }

    Map<String, Double> metrics() {
        return metrics;
    }
}
