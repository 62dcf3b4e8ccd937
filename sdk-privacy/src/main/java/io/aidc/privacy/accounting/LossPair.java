package io.aidc.privacy.accounting;

import java.util.List;

/**
 * Two distributions, no less distinguishable than what a mechanism returns on neighbouring data, by their hockey-stick
 * curves H(ε) = Σ max(0, P − e^ε·Q) for ε ≥ 0.
 *
 * <p>Both curves together are the whole pair: below zero, H(ε) = 1 − e^ε + e^ε·H′(−ε), where H′ is the curve of (Q, P).
 * Either keeps its digits however small it gets, so that differences do.
 */
non-sealed interface LossPair extends LossSource {
    /** H of (P, Q), P being the data set with one unit more where the relation is adding or removing. */
    double above(double epsilon);

    /** H of (Q, P). */
    double below(double epsilon);

    @Override
    default LossGrid larger(double step, double tail) {
        return LossGrid.larger(this, step, tail);
    }

    @Override
    default LossGrid smaller(double step, double tail) {
        return LossGrid.smaller(this, step, tail);
    }

    @Override
    default double points(double step, double tail) {
        return LossGrid.points(this, step, tail);
    }

    @Override
    default LossPair reversed() {
        return new Reversed(this);
    }

    /** The two distributions exchanged. */
    record Reversed(LossPair pair) implements LossPair {
        @Override
        public double above(double epsilon) {
            return pair.below(epsilon);
        }

        @Override
        public double below(double epsilon) {
            return pair.above(epsilon);
        }
    }

    /** A pair that looks the same from both sides. */
    interface Symmetric extends LossPair {
        @Override
        default double below(double epsilon) {
            return above(epsilon);
        }

        @Override
        default LossPair reversed() {
            return this;
        }
    }

    /** Balle, Wang 2018, Theorem 8. */
    record OfGaussian(double multiplier) implements Symmetric {
        @Override
        public double above(double epsilon) {
            return AnalyticGaussian.delta(multiplier, epsilon);
        }
    }

    /**
     * What ρ-concentration allows: the conversion of Canonne, Kamath, Steinke 2020 bounds the curve, and so does the
     * lower convex hull of the bound, for the curve is convex. The Gaussian of the same ρ is among what is allowed.
     */
    record OfConcentrated(double rho) implements Symmetric {
        @Override
        public double above(double epsilon) {
            double guess = Math.log(Math.max(1, epsilon / rho));
            double best = Search.least(log -> logDelta(log, epsilon), guess - 6, guess + 3, 0.01);
            return Math.min(1, Math.exp(logDelta(best, epsilon)));
        }

        /** ln[e^{(α−1)(αρ−ε)}/(α−1)·(1−1/α)^α], of the logarithm of α − 1. */
        private double logDelta(double log, double epsilon) {
            double a = Math.exp(log);
            return a * ((a + 1) * rho - epsilon) - log - (a + 1) * Math.log1p(1 / a);
        }

        @Override
        public LossGrid larger(double step, double tail) {
            return LossGrid.largerHull(this, step, tail);
        }

        @Override
        public LossGrid smaller(double step, double tail) {
            return new OfGaussian(1 / Math.sqrt(2 * rho)).smaller(step, tail);
        }
    }

    /** Two exponential tails, with half of the probability at the largest loss. */
    record OfLaplace(double largest) implements Symmetric {
        @Override
        public double above(double epsilon) {
            return epsilon < largest ? -Math.expm1((epsilon - largest) / 2) : 0;
        }
    }

    /**
     * A base over a Poisson sample, ((1−q)Q + qP, Q). With α = e^ε, H = q·Hbase at 1 + (α−1)/q, and reversed
     * c·H′base at 1 + (α−1)/c with c = 1 − α(1−q), or 0 if c is negative.
     */
    record Sampled(double rate, LossPair base) implements LossPair {
        @Override
        public double above(double epsilon) {
            return rate * base.above(magnified(epsilon, rate));
        }

        @Override
        public double below(double epsilon) {
            double rest = rate - (1 - rate) * Math.expm1(epsilon);
            return rest <= 0 ? 0 : rest * base.below(magnified(epsilon, rest));
        }

        /** ln(1 + (e^ε − 1)/q). */
        private static double magnified(double epsilon, double rate) {
            return epsilon < 30
                    ? Math.log1p(Math.expm1(epsilon) / rate)
                    : epsilon - Math.log(rate) + Math.log1p((rate - 1) * Math.exp(-epsilon));
        }
    }

    /**
     * A base over a batch drawn without replacement, one unit being replaced: both curves are the first one of
     * {@link Sampled}. Balle, Barthe, Gaboardi 2018, Theorem 9; that the two make a pair: Zhu, Dong, Wang 2022.
     */
    record WithoutReplacement(Sampled sampled) implements Symmetric {
        @Override
        public double above(double epsilon) {
            return sampled.above(epsilon);
        }
    }

    /**
     * (Σ pᵢ·N(sᵢ, σ²), N(0, σ²)). At the point x where the loss is ε, each part contributes the curve of its own
     * Gaussian at its own loss lᵢ = (sᵢ·x − sᵢ²/2)/σ², so that nothing cancels.
     */
    record OfMixture(List<Double> sensitivities, List<Double> probabilities, double sigma) implements LossPair {
        @Override
        public double above(double epsilon) {
            double x = point(epsilon);
            double sum = 0;
            for (int i = 0; i < sensitivities.size(); i++) {
                double s = sensitivities.get(i);
                if (s > 0) {
                    sum += probabilities.get(i) * AnalyticGaussian.delta(sigma / s, loss(s, x));
                }
            }
            return sum;
        }

        @Override
        public double below(double epsilon) {
            if (-epsilon <= Math.log(atRest())) {
                return 0;
            }
            double x = point(-epsilon);
            double sum = 0;
            for (int i = 0; i < sensitivities.size(); i++) {
                double s = sensitivities.get(i);
                if (s > 0) {
                    double loss = loss(s, x);
                    sum += probabilities.get(i) * Math.exp(epsilon + loss) * AnalyticGaussian.delta(sigma / s, -loss);
                }
            }
            return sum;
        }

        private double loss(double sensitivity, double x) {
            return sensitivity * (x - sensitivity / 2) / sigma / sigma;
        }

        private double atRest() {
            double sum = 0;
            for (int i = 0; i < sensitivities.size(); i++) {
                sum += sensitivities.get(i) == 0 ? probabilities.get(i) : 0;
            }
            return sum;
        }

        /** Solves ln Σ pᵢ·e^{lᵢ(x)} = ε. The left side is convex, so Newton from the right never overshoots. */
        private double point(double epsilon) {
            double x = Double.POSITIVE_INFINITY;
            for (int i = 0; i < sensitivities.size(); i++) {
                double s = sensitivities.get(i);
                if (s > 0) {
                    x = Math.min(x, (epsilon - Math.log(probabilities.get(i))) * sigma * sigma / s + s / 2);
                }
            }
            for (int round = 0; round < 100; round++) {
                double step = newton(x, epsilon);
                x -= step;
                if (!(step > 1e-15 * Math.abs(x))) {
                    break;
                }
            }
            return x;
        }

        private double newton(double x, double epsilon) {
            double largest = Double.NEGATIVE_INFINITY;
            for (double s : sensitivities) {
                largest = Math.max(largest, loss(s, x));
            }
            double sum = 0;
            double slope = 0;
            for (int i = 0; i < sensitivities.size(); i++) {
                double weight = probabilities.get(i) * Math.exp(loss(sensitivities.get(i), x) - largest);
                sum += weight;
                slope += weight * sensitivities.get(i);
            }
            return (largest + Math.log(sum) - epsilon) * sum / slope * sigma * sigma;
        }
    }
}
