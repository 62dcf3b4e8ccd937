package io.aidc.training.federated;

import java.util.Map;

/** What an attempt of a round came to. */
record Combined(
        Map<String, ClientOutcome> outcomes,
        String failure,
        float[] update,
        double clipNorm,
        Map<String, Double> metrics) {
    static Combined failed(Map<String, ClientOutcome> outcomes, String failure, double clipNorm) {
        return new Combined(outcomes, failure, new float[0], clipNorm, Map.of());
    }
}
