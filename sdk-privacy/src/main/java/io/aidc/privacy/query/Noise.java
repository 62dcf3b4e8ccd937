package io.aidc.privacy.query;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;
import io.aidc.privacy.noise.RandomBits;

/** Integer noise for integer sensitivities, every rounding towards more noise. */
sealed interface Noise {
    // two roundings of at most half an ulp each, and the one of this product
    double ROUND_UP = 1 + 0x1p-50;

    static Noise laplace(double sensitivity, double epsilon) {
        return new Laplace(DiscreteLaplace.ofScale(sensitivity / epsilon * ROUND_UP));
    }

    static Noise gaussian(double sensitivity, double noiseMultiplier) {
        return new Gaussian(DiscreteGaussian.ofStandardDeviation(sensitivity * noiseMultiplier * ROUND_UP));
    }

    long sample(RandomBits bits);

    /** A distance that a draw exceeds, on either side, with probability at most {@code tail}; the least up to σ = 64. */
    long reach(double tail);

    record Laplace(DiscreteLaplace distribution) implements Noise {
        @Override
        public long sample(RandomBits bits) {
            return distribution.sample(bits);
        }

        @Override
        public long reach(double tail) {
            // P(|X| > m) = 2 r^(m+1) / (1 + r) with r = e^(-1/scale)
            double ratio = Math.exp(-1 / distribution.scale());
            return Math.max(0, (long) Math.ceil(distribution.scale() * Math.log(2 / (tail * (1 + ratio)))) - 1);
        }
    }

    record Gaussian(DiscreteGaussian distribution) implements Noise {
        private static final double EXACT_UP_TO = 64;
        private static final double BEYOND_ANY_DOUBLE = 40;
        private static final double LEAST_TAIL = 1e-12;

        @Override
        public long sample(RandomBits bits) {
            return distribution.sample(bits);
        }

        @Override
        public long reach(double tail) {
            double sigma = distribution.standardDeviation();
            // the lattice's tail beyond m steps is below the continuous one: a falling density, a larger normaliser
            return sigma > EXACT_UP_TO ? (long) Math.ceil(sigma * normalReach(tail)) : exactReach(sigma, tail);
        }

        private static long exactReach(double sigma, double tail) {
            int last = (int) Math.ceil(BEYOND_ANY_DOUBLE * sigma);
            double total = 1;
            for (int x = last; x > 0; x--) {
                total += 2 * weight(x, sigma);
            }
            double beyond = 0;
            for (int x = last; x > 0; x--) {
                beyond += 2 * weight(x, sigma);
                if (beyond > tail * total) {
                    return x;
                }
            }
            return 0;
        }

        private static double weight(int x, double sigma) {
            return Math.exp(-x / sigma * x / sigma / 2);
        }

        /** The t with P(|Z| > t) = tail for a standard normal Z, which δ at ε = 0 of Gaussian noise tells. */
        private static double normalReach(double tail) {
            double high = Math.sqrt(-2 * Math.log(tail));
            double low = tail < LEAST_TAIL ? high : 0;
            double middle = (low + high) / 2;
            while (low < middle && middle < high) {
                if (1 - AnalyticGaussian.delta(1, 2 * middle, 0) <= tail) {
                    high = middle;
                } else {
                    low = middle;
                }
                middle = (low + high) / 2;
            }
            return high;
        }
    }
}
