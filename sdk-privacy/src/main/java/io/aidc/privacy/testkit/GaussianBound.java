package io.aidc.privacy.testkit;

import io.aidc.privacy.accounting.AnalyticGaussian;

/**
 * What one run's guesses say about a claim of Gaussian noise. A bound above the claim refutes it; a low bound proves
 * nothing. Immutable.
 *
 * @param guesses what was guessed
 * @param significance the chance of a bound above the truth
 * @param delta the δ at which {@link #epsilonLowerBound()} states it
 * @param muLowerBound the largest μ refuted, sensitivity over standard deviation; 0 if none is
 * @param muCeiling the bound that this many guesses, all of them right, would have given
 */
public record GaussianBound(
        CanaryGuesses guesses, double significance, double delta, double muLowerBound, double muCeiling) {

    /**
     * Says whether a claim is refuted.
     *
     * @param claimedMu the μ that was claimed, &ge; 0: √steps over the noise multiplier, for steps over the full batch
     * @return whether the bound is above the claim
     * @throws IllegalArgumentException if the claim is negative or not finite
     */
    public boolean refutes(double claimedMu) {
        return muLowerBound > Checks.notNegative(claimedMu, "claimedMu");
    }

    /**
     * Returns the ε, at {@link #delta()}, of Gaussian noise with the μ that was refuted.
     *
     * @return a bound on ε for mechanisms whose trade-off curve is that of a Gaussian, &ge; 0
     */
    public double epsilonLowerBound() {
        return epsilonOf(muLowerBound);
    }

    /**
     * Returns the ε, at {@link #delta()}, of {@link #muCeiling()}.
     *
     * @return the most that could have been shown, &ge; 0
     */
    public double epsilonCeiling() {
        return epsilonOf(muCeiling);
    }

    /**
     * Says it in words, for a report.
     *
     * @param claimedMu the μ that was claimed, &ge; 0
     * @return one or two sentences
     * @throws IllegalArgumentException if the claim is negative or not finite
     */
    public String verdict(double claimedMu) {
        return Verdicts.of(
                refutes(claimedMu),
                "mu",
                claimedMu,
                muLowerBound,
                muCeiling,
                ", %d of %d guesses right, chance of a false alarm %s"
                        .formatted(guesses.right(), guesses.guesses(), significance));
    }

    private double epsilonOf(double mu) {
        return mu > 0 ? AnalyticGaussian.epsilon(1 / mu, 1, delta) : 0;
    }
}
