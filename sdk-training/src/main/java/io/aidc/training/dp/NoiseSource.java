package io.aidc.training.dp;

/** Adds Gaussian noise to a sum of clipped gradients. */
@FunctionalInterface
public interface NoiseSource {
    /**
     * Adds an independent draw to each number. Called on the thread of worker 0, once per step.
     *
     * @param sum the sum of clipped gradients over all workers; changed in place, used as it is left,
     *     and good for this call only
     * @param standardDeviation the noise multiplier times the clip norm, &gt; 0
     */
    void addTo(float[] sum, double standardDeviation);
}
