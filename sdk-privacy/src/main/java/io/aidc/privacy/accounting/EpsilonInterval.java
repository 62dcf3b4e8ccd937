package io.aidc.privacy.accounting;

/**
 * A statement (ε, δ) that lies between two numbers, with the accountant that produced it. Immutable.
 *
 * @param optimistic no ε below this one holds for the worst mechanism that the events describe; never to be published
 *     as a guarantee
 * @param pessimistic an ε that holds, &ge; {@code optimistic}; infinite if none does
 * @param delta the δ asked for, in (0, 1)
 * @param conversion how the numbers were found
 */
public record EpsilonInterval(double optimistic, double pessimistic, double delta, Conversion conversion) {}
