package io.aidc.privacy.query;

/**
 * A sum that still needs bounds and payment.
 *
 * <p>Every value is clamped, then rounded to a grid some 2^40 times finer than the noise, and added as an integer: the
 * order of rows does not matter, nothing overflows, and the sensitivity charged is that of the rounded values. NaN
 * counts as 0, or as the bound nearest to 0; infinities as the bound on their side. Immutable.
 */
public final class SumQuery {
    private final ClampedAsk<Release> ask;

    SumQuery(ClampedAsk<Release> ask) {
        this.ask = ask;
    }

    /**
     * Sets the range of one value. It must be public knowledge: bounds read off the data leak.
     *
     * @param lower the lower bound
     * @param upper the upper bound, &gt; {@code lower}; both within ±1e200
     * @return the bounded query
     * @throws IllegalArgumentException if the bounds are not an interval of finite numbers
     */
    public SumQuery clampedTo(double lower, double upper) {
        return new SumQuery(ask.clampedTo(lower, upper));
    }

    /**
     * Leaves the bounds to a private search, {@link BoundsQuery}, within this query's price.
     *
     * <p>Values beyond the bounds found are clamped, and what that changes is in no interval; {@code boundsFound} of
     * the release shows them. With too few rows for the noise of the search, they are arbitrary and nothing says so.
     *
     * @param share the share of the price that the search takes, in (0, 1); 0.2 is usual
     * @return the query with bounds to be found
     * @throws IllegalArgumentException if the share is out of range
     */
    public SumQuery boundsFoundPrivately(double share) {
        return new SumQuery(ask.boundsFoundPrivately(share));
    }

    /**
     * Sets what NaN counts as.
     *
     * @param value a constant within the bounds
     * @return the query with that constant
     * @throws IllegalArgumentException if the value is outside the bounds
     * @throws IllegalStateException if {@link #clampedTo} did not come before
     */
    public SumQuery missingAs(double value) {
        return new SumQuery(ask.missingAs(value));
    }

    /**
     * Releases the sum with discrete Laplace noise of scale rowsPerGroup·max(|lower|, |upper|)/ε.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the sum, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if the bounds are not set
     */
    public Release spending(double epsilon) {
        return ask.pay(Price.epsilon(epsilon));
    }

    /**
     * Releases the sum with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the sensitivity rowsPerGroup·max(|lower|, |upper|), from 0.001 to
     *     1e6
     * @return the sum, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if the bounds are not set
     */
    public Release gaussian(double noiseMultiplier) {
        return ask.pay(Price.noiseMultiplier(noiseMultiplier));
    }
}
