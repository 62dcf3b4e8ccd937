package io.aidc.training.torch.internal;

import io.aidc.training.engine.Precision;

/**
 * How a replica computes.
 *
 * @param recompute whether what goes through the layers is computed again on the way back instead of being kept
 */
public record Compute(Precision precision, boolean recompute) {}
