package io.aidc.training.federated;

/**
 * Holds what a federated run made.
 *
 * <p>Immutable.
 */
public final class FederatedResult {
    private final float[] parameters;
    private final FederatedReport report;

    FederatedResult(float[] parameters, FederatedReport report) {
        this.parameters = parameters.clone();
        this.report = report;
    }

    /**
     * Gives the shared parameters after the last completed round.
     *
     * @return a copy, flat, float32
     */
    public float[] parameters() {
        return parameters.clone();
    }

    /**
     * Tells how they came about.
     *
     * @return the report
     */
    public FederatedReport report() {
        return report;
    }
}
