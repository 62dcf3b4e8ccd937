package io.aidc.privacy.query;

/**
 * A noised number, and how far the noise may have moved it.
 *
 * <p>Everything here follows from what was released, so asking costs nothing. Immutable.
 */
public sealed interface Estimate permits Noised, MeanEstimate, VarianceEstimate, RankEstimate {

    /**
     * Returns the number.
     *
     * @return the noised answer, in the unit of the input
     */
    double value();

    /**
     * Bounds the answer without noise, from the exact distribution of the noise.
     *
     * <p>Covers the noise only: not what clamping and bounding of contributions changed, not the sampling of the data.
     * For a count or a sum the interval is the shortest symmetric one; for numbers made of several noised ones their
     * intervals are combined so that all hold at once, which is wider than needed.
     *
     * @param confidence the probability, over the noise, with which the interval holds; in (0, 1)
     * @return the interval
     * @throws IllegalArgumentException if the confidence is outside (0, 1)
     */
    Interval interval(double confidence);
}
