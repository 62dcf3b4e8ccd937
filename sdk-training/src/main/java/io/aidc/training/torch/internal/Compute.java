package io.aidc.training.torch.internal;

import io.aidc.training.engine.Precision;

/**
 * How a replica computes.
 *
 * @param recompute whether what goes through the layers is computed again on the way back instead of being kept
 * @param deterministic whether only operations are used that give the same bits each time
 * @param weightBits how many bits the weights have that it computes with, see {@link WeightGrid}; 0 for all
 */
public record Compute(Precision precision, boolean recompute, boolean deterministic, int weightBits) {
    /** As nothing else was asked for. */
    public static final Compute PLAIN = new Compute(Precision.FLOAT32, false, false);

    /** With weights of all bits. */
    public Compute(Precision precision, boolean recompute, boolean deterministic) {
        this(precision, recompute, deterministic, 0);
    }
}
