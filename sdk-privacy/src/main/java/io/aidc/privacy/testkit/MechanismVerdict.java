package io.aidc.privacy.testkit;

/**
 * What {@link MechanismTester} found. A bound above the claim refutes it; a low bound proves nothing. Immutable.
 */
public sealed interface MechanismVerdict {

    /**
     * Returns an ε, at the claimed δ, that the mechanism has at least.
     *
     * @return the bound, &ge; 0
     */
    double epsilonLowerBound();

    /**
     * Returns the bound that as many samples of two mechanisms that never agree would have given.
     *
     * @return the most that could have been shown, &ge; 0
     */
    double epsilonCeiling();

    /**
     * The samples do not contradict the claim. They do not confirm it either: other inputs, or other outcomes, might.
     *
     * @param epsilonLowerBound at most the claim
     * @param epsilonCeiling the most that could have been shown
     */
    record NotRefuted(double epsilonLowerBound, double epsilonCeiling) implements MechanismVerdict {}

    /**
     * The claim is wrong, but for a false alarm of at most the stated significance.
     *
     * @param epsilonLowerBound above the claim
     * @param epsilonCeiling the most that could have been shown
     * @param evidence the outcomes that tell the inputs apart, and how often each input led to one of them
     */
    record Refuted(double epsilonLowerBound, double epsilonCeiling, Evidence evidence) implements MechanismVerdict {}

    /**
     * An event that is more likely on one input than (ε, δ) allows.
     *
     * @param event the outcomes, in words: values, or ranges with the lower end included
     * @param first how many outcomes on the first input were such
     * @param second how many on the second
     * @param samples of how many on each
     */
    record Evidence(String event, long first, long second, long samples) {}
}
