package io.aidc.privacy.accounting;

/**
 * A statement (ε, δ) with the rule that produced it. Immutable.
 *
 * @param epsilon an ε that holds, &ge; 0; infinite if none does
 * @param delta the δ it holds at, in [0, 1)
 * @param conversion the rule
 */
public record EpsilonBound(double epsilon, double delta, Conversion conversion) {}
