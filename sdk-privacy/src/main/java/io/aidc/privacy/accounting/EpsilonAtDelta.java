package io.aidc.privacy.accounting;

/**
 * A statement (ε, δ) with the accountant's choices that produced it. Immutable.
 *
 * @param epsilon ε, &ge; 0; infinite if no order gives a finite one
 * @param delta the δ asked for, in (0, 1)
 * @param order the Rényi order α at which ε is smallest
 * @param conversion the formula used
 * @param atGridEnd whether the order is the last one tried on either side, so that ε is valid but perhaps loose
 */
public record EpsilonAtDelta(double epsilon, double delta, double order, RdpConversion conversion, boolean atGridEnd) {}
