package io.aidc.training.search;

/**
 * How much of the spread of values one parameter accounts for.
 *
 * @param parameter its name
 * @param share the part of the variance that its main effect explains, in [0, 1]; what all parameters lack to 1 is
 *     interaction of several
 */
public record Importance(String parameter, double share) {}
