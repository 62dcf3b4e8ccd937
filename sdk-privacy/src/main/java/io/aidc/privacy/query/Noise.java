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

    /**
     * A distance that a weighted sum of independent draws exceeds, on one side, with probability at most {@code tail}.
     *
     * @param weight the sum of the squared weights, each of which is at most 1
     */
    double reachOfSum(double weight, double tail);

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

        /**
         * Chernoff's bound. E e^(λX) ≤ 1/(1 − x²) for x = λ·scale, as for continuous Laplace since (cosh λ − 1)/λ² grows;
         * so a sum exceeds t·scale with probability at most exp(−weight·ln(1 − x²) − x·t), least at the x below.
         */
        @Override
        public double reachOfSum(double weight, double tail) {
            double low = 0;
            double high = Math.log(1 / tail) * 2 + 4 * weight;
            for (int i = 0; i < 60; i++) {
                double t = (low + high) / 2;
                double x = t / (weight + Math.sqrt(weight * weight + t * t));
                if (-weight * Math.log1p(-x * x) - x * t <= Math.log(tail)) {
                    high = t;
                } else {
                    low = t;
                }
            }
            return high * distribution.scale();
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

        /** The discrete Gaussian is subgaussian with parameter σ: Canonne, Kamath, Steinke 2020, Corollary 17. */
        @Override
        public double reachOfSum(double weight, double tail) {
            return distribution.standardDeviation() * Math.sqrt(-2 * weight * Math.log(tail));
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
