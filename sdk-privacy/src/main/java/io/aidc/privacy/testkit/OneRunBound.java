package io.aidc.privacy.testkit;

/**
 * What one run's guesses say about a claim (ε, δ). A bound above the claim refutes it; a low bound proves nothing.
 * Immutable.
 *
 * @param guesses what was guessed
 * @param significance the chance of a bound above the truth
 * @param delta the δ of the claims it speaks about
 * @param epsilonLowerBound the largest ε refuted at that δ; 0 if none is
 * @param epsilonCeiling the bound that this many guesses, all of them right, would have given
 */
public record OneRunBound(
        CanaryGuesses guesses, double significance, double delta, double epsilonLowerBound, double epsilonCeiling) {

    /**
     * Says whether a claim is refuted.
     *
     * @param claimedEpsilon the ε that was claimed at this δ, &ge; 0
     * @return whether the bound is above the claim
     * @throws IllegalArgumentException if the claim is negative or not finite
     */
    public boolean refutes(double claimedEpsilon) {
        return epsilonLowerBound > Checks.notNegative(claimedEpsilon, "claimedEpsilon");
    }

    /**
     * Says it in words, for a report.
     *
     * @param claimedEpsilon the ε that was claimed at this δ, &ge; 0
     * @return one or two sentences
     * @throws IllegalArgumentException if the claim is negative or not finite
     */
    public String verdict(double claimedEpsilon) {
        return Verdicts.of(
                refutes(claimedEpsilon),
                "epsilon",
                claimedEpsilon,
                epsilonLowerBound,
                epsilonCeiling,
                " at delta %s, %d of %d guesses right, chance of a false alarm %s"
                        .formatted(delta, guesses.right(), guesses.guesses(), significance));
    }
}
