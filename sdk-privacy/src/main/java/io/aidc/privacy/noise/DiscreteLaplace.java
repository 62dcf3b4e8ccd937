package io.aidc.privacy.noise;

import org.jspecify.annotations.Nullable;

/**
 * The discrete Laplace distribution on the integers, P(x) ∝ e^(−|x|/b), sampled exactly.
 *
 * <p>Added to an integer of L1 sensitivity Δ it gives (Δ/b, 0)-differential privacy. The scale is kept as a fraction
 * rounded up, see {@link #scale()}. Running time depends on the value drawn, unless a
 * {@link NoisePool} draws ahead. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Algorithm 2</a>
 */
public final class DiscreteLaplace {
    private static final double LARGEST = 0x1p52;
    private static final double SMALLEST = 0x1p-20;
    private static final int FRACTION_BITS = 30;

    private final long numerator;
    private final long denominator;

    private DiscreteLaplace(long numerator, long denominator) {
        this.numerator = numerator;
        this.denominator = denominator;
    }

    /**
     * Takes a scale, rounded up by less than 2^−29 of itself to a fraction; whole scales stay as they are.
     *
     * @param scale b, from 2^−20 to 2^52
     * @return the distribution
     * @throws IllegalArgumentException if the scale is outside that range
     */
    public static DiscreteLaplace ofScale(double scale) {
        if (!(scale >= SMALLEST && scale <= LARGEST)) {
            throw new IllegalArgumentException("scale must be in [2^-20, 2^52], got " + scale);
        }
        int shift = Math.max(0, FRACTION_BITS - Math.getExponent(scale));
        long numerator = (long) Math.ceil(Math.scalb(scale, shift));
        int common = Math.min(shift, Long.numberOfTrailingZeros(numerator));
        return new DiscreteLaplace(numerator >> common, 1L << (shift - common));
    }

    /**
     * Returns the scale in use.
     *
     * @return b, never below the one asked for
     */
    public double scale() {
        return (double) numerator / denominator;
    }

    /**
     * Draws a value.
     *
     * @param bits where randomness comes from
     * @return an integer, symmetric about 0
     * @throws ArithmeticException if the value does not fit 64 bits, with probability below e^−2000
     */
    public long sample(RandomBits bits) {
        return bits.noise(this, this::draw);
    }

    /** Draws a value now, in time that depends on it. */
    long draw(RandomBits bits) {
        while (true) {
            long remainder = bits.nextBelow(numerator);
            if (!Bernoulli.exp(remainder, numerator, bits)) {
                continue;
            }
            long wholes = 0;
            while (Bernoulli.expMinusOne(bits)) {
                wholes++;
            }
            long magnitude = Math.addExact(remainder, Math.multiplyExact(numerator, wholes)) / denominator;
            boolean negative = bits.nextBits(1) == 1;
            if (negative && magnitude == 0) {
                continue;
            }
            return negative ? -magnitude : magnitude;
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DiscreteLaplace that && numerator == that.numerator && denominator == that.denominator;
    }

    @Override
    public int hashCode() {
        return 31 * Long.hashCode(numerator) + Long.hashCode(denominator);
    }
}
