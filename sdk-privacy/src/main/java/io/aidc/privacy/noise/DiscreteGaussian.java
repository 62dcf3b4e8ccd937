package io.aidc.privacy.noise;

import org.jspecify.annotations.Nullable;

/**
 * The discrete Gaussian distribution on the integers, P(x) ∝ e^(−x²/2σ²), sampled exactly.
 *
 * <p>Added to an integer vector of L2 sensitivity Δ, coordinate by coordinate, it is (α, αΔ²/2σ²)-RDP for every α &gt;
 * 1, just as continuous noise. The sum of two draws is <em>not</em> discrete Gaussian. Running time depends on the
 * value drawn. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Algorithm 3 and Theorem 4</a>; the
 *     acceptance probability e^(−(|y|−σ²/t)²/2σ²) is tossed as a product of two fractions, so that 64 bits suffice
 */
public final class DiscreteGaussian {
    private static final double SMALLEST = 0x1p-10;
    private static final double LARGEST = 0x1p50;
    private static final double WHOLE_FROM = 0x1p24;
    private static final int FRACTION_BITS = 48;

    private final double standardDeviation;
    private final DiscreteLaplace proposal;
    // |y|·step − centre, over `first` and over `second`, multiply to (|y| − σ²/t)²/σ²
    private final long step;
    private final long centre;
    private final long first;
    private final long second;

    /** σ² = numerator/denominator and a proposal of scale t = ⌊σ⌋ + 1. */
    private DiscreteGaussian(long numerator, long denominator) {
        standardDeviation = Math.sqrt((double) numerator / denominator);
        long t = (long) standardDeviation + 1;
        proposal = DiscreteLaplace.ofScale((double) t);
        step = Math.multiplyExact(denominator, t);
        centre = numerator;
        first = numerator;
        second = Math.multiplyExact(step, t);
    }

    /** Whole σ and a proposal of scale t = σ, where both fractions are (|y| − σ)/σ. */
    private DiscreteGaussian(long sigma) {
        standardDeviation = sigma;
        proposal = DiscreteLaplace.ofScale((double) sigma);
        step = 1;
        centre = sigma;
        first = sigma;
        second = sigma;
    }

    /**
     * Takes a standard deviation, rounded up by less than 2^−24 of itself; above 2^24 to a whole number.
     *
     * @param standardDeviation σ, from 2^−10 to 2^50
     * @return the distribution
     * @throws IllegalArgumentException if σ is outside that range
     */
    public static DiscreteGaussian ofStandardDeviation(double standardDeviation) {
        checkRange(standardDeviation, "standardDeviation", SMALLEST, LARGEST);
        if (standardDeviation >= WHOLE_FROM) {
            return new DiscreteGaussian((long) Math.ceil(standardDeviation));
        }
        return ofVariance(Math.nextUp(standardDeviation * standardDeviation));
    }

    /**
     * Takes a variance parameter, rounded up by less than 2^−27 of itself (2^−47 from 1 on) to a fraction; short binary
     * fractions stay as they are. The distribution's own variance is the same to 15 digits from σ² = 4 on, and below it
     * smaller.
     *
     * @param variance σ², from 2^−20 to 2^48
     * @return the distribution
     * @throws IllegalArgumentException if σ² is outside that range
     */
    public static DiscreteGaussian ofVariance(double variance) {
        checkRange(variance, "variance", SMALLEST * SMALLEST, WHOLE_FROM * WHOLE_FROM);
        // below 1 it is the denominator that must stay small
        int shift = Math.min(FRACTION_BITS, Math.max(0, FRACTION_BITS - 1 - Math.getExponent(variance)));
        long numerator = (long) Math.ceil(Math.scalb(variance, shift));
        int common = Math.min(shift, Long.numberOfTrailingZeros(numerator));
        return new DiscreteGaussian(numerator >> common, 1L << (shift - common));
    }

    /**
     * Returns the parameter σ in use.
     *
     * @return σ, never below the one asked for except by rounding of this number
     */
    public double standardDeviation() {
        return standardDeviation;
    }

    /**
     * Draws a value.
     *
     * @param bits where randomness comes from
     * @return an integer, symmetric about 0
     * @throws ArithmeticException if an intermediate value does not fit 64 bits, with probability below e^−1000
     */
    public long sample(RandomBits bits) {
        return bits.noise(this, this::draw);
    }

    private long draw(RandomBits bits) {
        while (true) {
            long candidate = proposal.draw(bits);
            long distance = Math.abs(Math.multiplyExact(Math.abs(candidate), step) - centre);
            if (Bernoulli.expHalfProduct(distance, first, distance, second, bits)) {
                return candidate;
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DiscreteGaussian that
                && step == that.step
                && centre == that.centre
                && first == that.first
                && second == that.second;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(first) + Long.hashCode(second);
    }

    private static void checkRange(double value, String name, double low, double high) {
        if (!(value >= low && value <= high)) {
            throw new IllegalArgumentException("%s must be in [%s, %s], got %s".formatted(name, low, high, value));
        }
    }
}
