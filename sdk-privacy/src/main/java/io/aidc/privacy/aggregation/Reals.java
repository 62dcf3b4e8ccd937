package io.aidc.privacy.aggregation;

import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.RandomBits;
import org.jspecify.annotations.Nullable;

/**
 * Real vectors as integer ones: clipped in L2, scaled, rounded at random without bias, rounded again if that made them
 * too long, and noised.
 *
 * <p>The bound on the rounded length is that of Kairouz, Liu, Steinke 2021, Theorem 1, with β = e^(−1/2), and it is
 * checked on the integers: no floating-point error can exceed it. A try succeeds with probability 0.39 or more.
 *
 * @see <a href="https://arxiv.org/abs/2102.06387">Kairouz, Liu, Steinke 2021</a>
 */
record Reals(double clip, double scale, @Nullable DiscreteGaussian noise) {
    private static final double LARGEST_NORM = 0x1p30;

    Reals {
        if (!(clip * scale <= LARGEST_NORM)) {
            throw new IllegalArgumentException(
                    "clip times scale must be at most 2^30 steps, got %s times %s".formatted(clip, scale));
        }
    }

    /** The largest squared L2 norm, in steps, of a rounded vector. */
    long squaredNorm(int length) {
        double norm = clip * scale;
        double root = Math.sqrt(length);
        double likely = norm * norm + length / 4.0 + norm + root / 2;
        double certain = (norm + root) * (norm + root);
        return (long) Math.floor(Math.min(likely, certain));
    }

    /** Draws the integers that this client contributes. */
    long[] quantise(double[] values, RandomBits bits) {
        double factor = scale * Math.min(1, clip / norm(values));
        long bound = squaredNorm(values.length);
        long[] steps = new long[values.length];
        while (!round(values, factor, steps, bound, bits)) {
            // too long: all coordinates anew
        }
        if (noise != null) {
            for (int i = 0; i < steps.length; i++) {
                steps[i] += noise.sample(bits);
            }
        }
        return steps;
    }

    private static boolean round(double[] values, double factor, long[] steps, long bound, RandomBits bits) {
        long left = bound;
        for (int i = 0; i < values.length && left >= 0; i++) {
            double exact = values[i] * factor;
            double floor = Math.floor(exact);
            steps[i] = (long) floor + (bits.nextBoolean(exact - floor) ? 1 : 0);
            left -= steps[i] * steps[i];
        }
        return left >= 0;
    }

    private static double norm(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        double sum = 0;
        for (double value : values) {
            double share = largest == 0 ? 0 : value / largest;
            sum += share * share;
        }
        // of zeros, anything > 0 will do
        return largest == 0 ? 1 : largest * Math.sqrt(sum);
    }
}
