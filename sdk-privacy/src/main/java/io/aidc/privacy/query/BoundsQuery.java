package io.aidc.privacy.query;

import java.util.function.Function;

/**
 * A private search for the range of every column, to be released at once for one payment.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="bounds"}
 *
 * <p>Each column gets a histogram over sign and power of two, from 2^−32 to 2^64 (smaller magnitudes count as 0, larger
 * ones as the largest), with noise. The bounds are the outer edges of the bins whose noised count stands out, and
 * always include the fullest bin.
 *
 * <p>Guarantee: with probability 0.99 no empty bin of any column stands out, so bounds are not wider than the data's
 * own powers of two; and a bin with more than twice the threshold, which is the noise's quantile for all 193·columns
 * bins, is included as surely. Failure mode: with too few rows for the noise, a column's range is that of an arbitrary
 * bin; nothing signals it, for that would leak. As a rule, have 15·σ rows, σ = noiseMultiplier·rowsPerGroup·√columns:
 * 330 for one column at multiplier 22, or for 30 columns at multiplier 4. Immutable.
 */
public final class BoundsQuery {
    private final Function<Price, BoundsRelease> ask;

    BoundsQuery(Function<Price, BoundsRelease> ask) {
        this.ask = ask;
    }

    /**
     * Releases the bounds with discrete Laplace noise of scale rowsPerGroup·columns/ε on every bin.
     *
     * @param epsilon the price of all bounds, a pure ε, from 1e-9 to 1e6
     * @return the bounds, or a refusal
     * @throws IllegalArgumentException if ε is out of range; or, when it is paid, if a row has not as many values as
     *     there are columns
     */
    public BoundsRelease spending(double epsilon) {
        return ask.apply(Price.epsilon(epsilon));
    }

    /**
     * Releases the bounds with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity rowsPerGroup·√columns of all histograms
     *     together, from 0.001 to 1e6
     * @return the bounds, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0; or, when it is paid,
     *     if a row has not as many values as there are columns
     */
    public BoundsRelease gaussian(double noiseMultiplier) {
        return ask.apply(Price.noiseMultiplier(noiseMultiplier));
    }
}
