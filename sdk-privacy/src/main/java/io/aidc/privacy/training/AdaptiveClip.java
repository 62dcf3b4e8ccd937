package io.aidc.privacy.training;

/**
 * A clip norm that follows a quantile of the gradients' norms, learnt privately while training.
 *
 * <p>After each step the norm C becomes C·e^(−η(b − γ)), where b is a noised estimate of the fraction of gradients that
 * were no longer than C. The estimate takes part of the step's privacy and the gradients get a little more noise, so
 * that both together cost what the plan's noise multiplier z says, under the plan's neighbouring relation: z_Δ =
 * (z⁻² − (2σ_b)⁻²)^(−1/2). Immutable.
 *
 * {@snippet class="io.aidc.privacy.training.TrainingSnippetsTest" region="adaptive"}
 *
 * @param initial the first clip norm, 1e-60 to 1e60; later ones stay within a factor 2^30 of it
 * @param quantile γ, the fraction of gradients to leave unclipped, in [0, 1]; the paper recommends 0.5
 * @param learningRate η, in (0, 10]; the paper recommends 0.2
 * @param countDeviation σ_b, the standard deviation, in units, of the noise on the count of unclipped gradients if a
 *     unit is added or removed, and doubled if it is replaced; more than half the plan's noise multiplier. The paper
 *     recommends a twentieth of the batch
 * @see <a href="https://arxiv.org/abs/1905.03871">Andrew et al. 2021, Algorithm 1 and Theorem 1</a>
 */
public record AdaptiveClip(double initial, double quantile, double learningRate, double countDeviation) {
    private static final double RANGE = 0x1p30;

    /** Checks all numbers. */
    public AdaptiveClip {
        Checks.inRange(initial, "initial", 1e-60, 1e60);
        Checks.inRange(quantile, "quantile", 0, 1);
        Checks.inRange(learningRate, "learningRate", Double.MIN_VALUE, 10);
        Checks.inRange(countDeviation, "countDeviation", 1e-6, 1e9);
    }

    /**
     * Computes the noise multiplier of the gradients that leaves room for the count.
     *
     * @param total z, what the step as a whole costs
     * @return z_Δ, above z
     * @throws IllegalArgumentException if z is not below {@code 2 * countDeviation}, or not positive
     */
    public double gradientMultiplier(double total) {
        Checks.positive(total, "noise multiplier");
        double share = total / (2 * countDeviation);
        if (share >= 1) {
            throw new IllegalArgumentException("the noise multiplier must be below 2 * countDeviation = %s, got %s"
                    .formatted(2 * countDeviation, total));
        }
        // the last factor covers the rounding of this line
        return total / Math.sqrt((1 - share) * (1 + share)) * (1 + 0x1p-48);
    }

    /**
     * Computes the clip norm after a step.
     *
     * @param clip the norm before it
     * @param fraction b, the noised fraction of unclipped gradients; any finite number
     * @return the next norm
     * @throws IllegalArgumentException if a number is not finite, or the norm not positive
     */
    public double next(double clip, double fraction) {
        Checks.positive(clip, "clip");
        Checks.inRange(fraction, "fraction", -Double.MAX_VALUE, Double.MAX_VALUE);
        double next = clip * Math.exp(-learningRate * (fraction - quantile));
        return Math.max(initial / RANGE, Math.min(initial * RANGE, next));
    }
}
