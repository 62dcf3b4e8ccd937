package io.aidc.privacy.noise;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The multiples of a power of two, on which values are rounded before whole-numbered noise is added.
 *
 * <p>Outputs then lie on the same grid whatever the input was, so that no low bit can tell inputs apart. Rounding moves
 * a value by half a step at most, which can raise a difference between two inputs by one step in each coordinate;
 * whoever rounds adds that to the sensitivity. Immutable.
 *
 * @param exponent the step is 2^exponent; from −1000 to 1000
 * @see <a href="https://doi.org/10.1145/2382196.2382264">Mironov 2012</a>
 */
public record Lattice(int exponent) {
    private static final int NOISE_BITS = 40;
    private static final double REACH = 0x1p62;

    /** Checks the exponent. */
    public Lattice {
        if (exponent < -1000 || exponent > 1000) {
            throw new IllegalArgumentException("exponent must be in -1000 to 1000, got " + exponent);
        }
    }

    /**
     * Chooses the grid for noise of a given scale: 2^40 to 2^41 steps make one scale.
     *
     * @param scale the noise's scale or standard deviation, &gt; 0
     * @return the grid
     * @throws IllegalArgumentException if the scale is not positive and finite, or not within 2^±900
     */
    public static Lattice forNoise(double scale) {
        if (!(scale >= 0x1p-900 && scale <= 0x1p900)) {
            throw new IllegalArgumentException("noise scale must be in [2^-900, 2^900], got " + scale);
        }
        return new Lattice(Math.getExponent(scale) - NOISE_BITS);
    }

    /**
     * Returns the distance between neighbouring grid points.
     *
     * @return 2^exponent
     */
    public double step() {
        return Math.scalb(1.0, exponent);
    }

    /**
     * Rounds to the nearest grid point, ties to even.
     *
     * @param value a number whose magnitude is less than 2^62 steps
     * @return the grid point, in steps
     * @throws IllegalArgumentException if the value is NaN or too large for this grid
     */
    public long round(double value) {
        double steps = Math.scalb(value, -exponent);
        if (!(Math.abs(steps) < REACH)) {
            throw new IllegalArgumentException("value exceeds 2^62 steps of 2^" + exponent);
        }
        return (long) Math.rint(steps);
    }

    /**
     * Converts a grid point to the nearest {@code double}.
     *
     * @param steps the grid point, in steps
     * @return its value; the largest finite {@code double} of its sign if it is beyond
     */
    public double toDouble(BigInteger steps) {
        double value = Math.scalb(steps.doubleValue(), exponent);
        return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
    }

    /** Rounds, adds and converts; a value too large to be counted in steps is a multiple of the step already. */
    double plus(double value, long noiseSteps) {
        double steps = Math.scalb(value, -exponent);
        if (Math.abs(steps) < REACH && Math.abs(noiseSteps) < 1L << 62) {
            return Math.scalb((double) ((long) Math.rint(steps) + noiseSteps), exponent);
        }
        BigDecimal exact = new BigDecimal(Math.abs(steps) < REACH ? Math.rint(steps) * step() : value)
                .add(new BigDecimal(noiseSteps).multiply(new BigDecimal(step())));
        return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, exact.doubleValue()));
    }
}
