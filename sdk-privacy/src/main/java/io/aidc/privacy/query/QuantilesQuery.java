package io.aidc.privacy.query;

/**
 * Quantiles that still need bounds and payment; all ranks together are one release.
 *
 * {@snippet class="io.aidc.privacy.query.QuerySnippetsTest" region="quantiles"}
 *
 * <p>Rows are counted in a tree of height 4 over 16^4 equal parts of the bounds, every node gets noise once, and each
 * rank is followed down the tree, passing over children with less than 0.75 % of their siblings' total. The answer is
 * never finer than 2^−16 of the width of the bounds, so keep them tight. Ranks are taken as within [0.005, 0.995]. NaN
 * counts as the middle; infinities as the bound on their side. Guarantee: that of the price, since one row is in one
 * node of each level. Cost: noise for 69,904 nodes, some 10 ms; an answer holds the noised tree, 0.6 MB. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/0904.0942">Hay, Rastogi, Miklau, Suciu 2010</a> for trees of noised counts; the
 *     search and its constants are those of {@code BoundedQuantiles} in Google's differential privacy library
 */
public final class QuantilesQuery {
    private final ClampedAsk<VectorRelease> ask;

    QuantilesQuery(ClampedAsk<VectorRelease> ask) {
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
    public QuantilesQuery clampedTo(double lower, double upper) {
        return new QuantilesQuery(ask.clampedTo(lower, upper));
    }

    /**
     * Sets what NaN counts as.
     *
     * @param value a constant within the bounds
     * @return the query with that constant
     * @throws IllegalArgumentException if the value is outside the bounds
     * @throws IllegalStateException if {@link #clampedTo} did not come before
     */
    public QuantilesQuery missingAs(double value) {
        return new QuantilesQuery(ask.missingAs(value));
    }

    /**
     * Releases the quantiles with discrete Laplace noise of scale 4·rowsPerGroup/ε on every node.
     *
     * @param epsilon the price, a pure ε, from 1e-9 to 1e6
     * @return one number for each rank, in the order of the ranks, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     * @throws IllegalStateException if the bounds are not set
     */
    public VectorRelease spending(double epsilon) {
        return ask.pay(Price.epsilon(epsilon));
    }

    /**
     * Releases the quantiles with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation on every node over the L2 sensitivity 2·rowsPerGroup, from 0.001 to 1e6
     * @return one number for each rank, in the order of the ranks, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     * @throws IllegalStateException if the bounds are not set
     */
    public VectorRelease gaussian(double noiseMultiplier) {
        return ask.pay(Price.noiseMultiplier(noiseMultiplier));
    }
}
