package io.aidc.privacy.query;

/**
 * A population variance, its denominator being the number of rows, that still needs bounds and payment.
 *
 * <p>It is a noised mean square less the square of a noised mean, both of distances from the middle of the bounds and
 * over one noised count; the answer is from 0 to a quarter of the squared width of the bounds. NaN counts as the
 * middle; infinities as the bound on their side. Immutable.
 */
public final class VarianceQuery {
    private final ClampedAsk<Release> ask;

    VarianceQuery(ClampedAsk<Release> ask) {
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
    public VarianceQuery clampedTo(double lower, double upper) {
        return new VarianceQuery(ask.clampedTo(lower, upper));
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
    public VarianceQuery boundsFoundPrivately(double share) {
        return new VarianceQuery(ask.boundsFoundPrivately(share));
    }

    /**
     * Sets what NaN counts as.
     *
     * @param value a constant within the bounds
     * @return the query with that constant
     * @throws IllegalArgumentException if the value is outside the bounds
     * @throws IllegalStateException if {@link #clampedTo} did not come before
     */
    public VarianceQuery missingAs(double value) {
        return new VarianceQuery(ask.missingAs(value));
    }

    /**
     * Releases the variance with discrete Laplace noise, a third of ε each going to the sum, the squares and the count.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return the variance, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if the bounds are not set
     */
    public Release spending(double epsilon) {
        return ask.pay(Price.epsilon(epsilon));
    }

    /**
     * Releases the variance with discrete Gaussian noise, the three numbers being one vector.
     *
     * @param noiseMultiplier standard deviation over the sensitivity of that vector, from 0.001 to 1e6
     * @return the variance, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if the bounds are not set
     */
    public Release gaussian(double noiseMultiplier) {
        return ask.pay(Price.noiseMultiplier(noiseMultiplier));
    }
}
