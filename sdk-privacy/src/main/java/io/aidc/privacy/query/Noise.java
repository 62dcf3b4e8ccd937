package io.aidc.privacy.query;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;
import io.aidc.privacy.noise.RandomBits;

/** Integer noise for integer sensitivities, every rounding towards more noise. */
sealed interface Noise {
    // up to six roundings of at most half an ulp each, from the square root of the groups to this product
    double ROUND_UP = 1 + 0x1p-49;
    int FINE_BITS = 40;

    static Noise laplace(double sensitivity, double epsilon) {
        return new Laplace(DiscreteLaplace.ofScale(sensitivity / epsilon * ROUND_UP));
    }

    static Noise gaussian(double sensitivity, double noiseMultiplier) {
        double standardDeviation = sensitivity * noiseMultiplier * ROUND_UP;
        int fraction = Math.max(0, FINE_BITS - Math.getExponent(standardDeviation));
        return new Gaussian(DiscreteGaussian.ofStandardDeviation(Math.scalb(standardDeviation, fraction)), fraction);
    }

    long sample(RandomBits bits);

    /** A distance that a draw exceeds, on either side, with probability at most {@code tail}. */
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
         * Chernoff's bound. E e^(λX) ≤ 1/(1 − x²) for x = λ·scale, as for continuous Laplace since (cosh λ − 1)/λ²
         * grows; so a sum exceeds t·scale with probability at most exp(−weight·ln(1 − x²) − x·t), least at the x below.
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

    /**
     * Drawn in steps of 2^−fraction and rounded to whole numbers, which is post-processing of a sum with Gaussian
     * noise. Drawn in whole numbers, small noise would have larger losses than the Gaussian that is charged.
     */
    record Gaussian(DiscreteGaussian distribution, int fraction) implements Noise {
        private static final double LEAST_TAIL = 1e-12;

        @Override
        public long sample(RandomBits bits) {
            long half = fraction == 0 ? 0 : 1L << (fraction - 1);
            return (distribution.sample(bits) + half) >> fraction;
        }

        @Override
        public long reach(double tail) {
            return Math.max(0, (long) Math.ceil(standardDeviation() * normalReach(tail) - 0.5));
        }

        /**
         * Rounded, noise is subgaussian with a variance of σ² + 1/4: by Poisson's summation, E e^(λX) is e^(λ²σ²/2)
         * times sinh(λ/2)/(λ/2), at most e^(λ²/24), times at most exp(2λ²·Σ e^(−2π²m²σ²)(1/(4π²m²) + σ²)) over m &ge;
         * 1, a sum that is largest for σ = 0, where it is 1/24.
         */
        @Override
        public double reachOfSum(double weight, double tail) {
            double variance = standardDeviation() * standardDeviation() + 0.25;
            return Math.sqrt(-2 * variance * weight * Math.log(tail));
        }

        double standardDeviation() {
            return Math.scalb(distribution.standardDeviation(), -fraction);
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
