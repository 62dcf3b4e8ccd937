package io.aidc.privacy.accounting;

/** Rényi differential privacy of one simple event at one order. */
final class Rdp {
    private Rdp() {}

    static double of(PrivacyEvent event, double order) {
        if (event instanceof PrivacyEvent.Gaussian gaussian) {
            return gaussian(gaussian.noiseMultiplier(), order);
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledGaussian sampled) {
            return SubsampledGaussianRdp.of(sampled.samplingRate(), sampled.noiseMultiplier(), order);
        }
        if (event instanceof PrivacyEvent.Laplace laplace) {
            return laplace(laplace.epsilon(), order);
        }
        if (event instanceof PrivacyEvent.PureDp pure) {
            return pure(pure.epsilon(), order);
        }
        return other(event, order);
    }

    private static double other(PrivacyEvent event, double order) {
        if (event instanceof PrivacyEvent.DiscreteGaussian gaussian) {
            return gaussian(gaussian.sigma() / gaussian.sensitivity(), order);
        }
        if (event instanceof PrivacyEvent.DiscreteLaplace laplace) {
            return discreteLaplace(laplace.scale(), laplace.sensitivity(), order);
        }
        if (event instanceof PrivacyEvent.FixedSizeWithoutReplacementGaussian fixed) {
            return FixedSizeGaussianRdp.of(fixed.samplingRate(), fixed.noiseMultiplier(), order);
        }
        if (event instanceof PrivacyEvent.ZeroConcentrated concentrated) {
            return order * concentrated.rho();
        }
        throw new IllegalArgumentException("no finite Renyi divergence is known, use PldAccountant for " + event);
    }

    static double gaussian(double noiseMultiplier, double order) {
        return order / 2 / noiseMultiplier / noiseMultiplier;
    }

    /** Mironov 2017, Table II, with e^{(α−1)ε} taken out of the logarithm so that nothing overflows. */
    private static double laplace(double epsilon, double order) {
        double a = order - 1;
        double weight = order / (2 * order - 1);
        // both exponentials minus one, so that the log1p keeps its digits at small ε
        double excess = a * epsilon > 1
                ? Math.log(weight + (1 - weight) * Math.exp(-(2 * order - 1) * epsilon)) + a * epsilon
                : Math.log1p(weight * Math.expm1(a * epsilon) + (1 - weight) * Math.expm1(-order * epsilon));
        return clamp(excess / a, epsilon);
    }

    /** The sum over three ranges of x: up to 0, from the sensitivity on, and the geometric series between them. */
    private static double discreteLaplace(double scale, long sensitivity, double order) {
        double epsilon = sensitivity / scale;
        double a = order - 1;
        double decay = Math.exp(-1 / scale);
        double slope = (2 * order - 1) / scale;
        // both geometric sums are relative to e^{aε}
        double between = -Math.expm1(-1 / scale) * geometric(slope, sensitivity - 1.0);
        double scaled = (1 + Math.exp(-(2 * order - 1) * epsilon) + between) / (1 + decay);
        return clamp(epsilon + Math.log(scaled) / a, epsilon);
    }

    /** Σ_{x=1}^{n} e^{−sx}. */
    private static double geometric(double s, double n) {
        return Math.exp(-s) * Math.expm1(-s * n) / Math.expm1(-s);
    }

    /** The divergence of randomised response with odds e^ε, which no (ε, 0)-private mechanism exceeds. */
    private static double pure(double epsilon, double order) {
        double a = order - 1;
        // (e^{αε} + e^{−aε}) / (e^ε + 1)
        double likely = 1 / (1 + Math.exp(-epsilon));
        double excess = a * epsilon > 1
                ? a * epsilon + Math.log(likely + (1 - likely) * Math.exp(-2 * a * epsilon))
                : Math.log1p(likely * Math.expm1(a * epsilon) + (1 - likely) * Math.expm1(-a * epsilon));
        return clamp(excess / a, epsilon);
    }

    /** Rounding may leave a divergence below zero or above its limit at infinite order. */
    private static double clamp(double divergence, double epsilon) {
        return Math.min(Math.max(divergence, 0), epsilon);
    }
}
