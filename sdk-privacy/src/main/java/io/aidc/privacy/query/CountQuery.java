package io.aidc.privacy.query;

import java.util.function.Function;

/**
 * A count of rows or of units that still needs to be paid for. The answer is a whole number and may be negative.
 * Immutable.
 */
public final class CountQuery {
    private final Function<Price, Release> ask;

    CountQuery(Function<Price, Release> ask) {
        this.ask = ask;
    }

    /**
     * Releases the count with discrete Laplace noise of scale rowsPerGroup/ε, for units 1/ε.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the count, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     */
    public Release spending(double epsilon) {
        return ask.apply(Price.epsilon(epsilon));
    }

    /**
     * Releases the count with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over rowsPerGroup, for units over 1; from 0.001 to 1e6
     * @return the count, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     */
    public Release gaussian(double noiseMultiplier) {
        return ask.apply(Price.noiseMultiplier(noiseMultiplier));
    }
}
