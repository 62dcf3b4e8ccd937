package io.aidc.privacy.accounting;

/**
 * The exact (ε, δ) of one Gaussian release, and the least noise for a target.
 *
 * <p>Valid for every ε &ge; 0, unlike √(2 ln(1.25/δ))·Δ/ε, which is proved for ε &le; 1 and gives too little noise well
 * above that. A single release only: compose several with {@link RdpAccountant}. For noise on an integer lattice this
 * is the limit of a fine lattice, not a bound; {@link PrivacyEvent.Gaussian} is a bound for both.
 *
 * <p>Accuracy: about 1e-13 relative for ordinary arguments; digits are lost in δ as sensitivity/σ falls, one per power
 * of ten. Immutable, no state.
 *
 * @see <a href="https://arxiv.org/abs/1805.06530">Balle, Wang 2018, Theorem 8</a>; the search here bisects σ itself
 *     where their Algorithm 1 substitutes
 */
public final class AnalyticGaussian {
    private AnalyticGaussian() {}

    /**
     * Returns the exact δ of noise N(0, σ²).
     *
     * @param standardDeviation σ, &gt; 0, in the unit of the sensitivity
     * @param sensitivity the L2 sensitivity, &gt; 0
     * @param epsilon ε &ge; 0
     * @return δ in [0, 1]
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double delta(double standardDeviation, double sensitivity, double epsilon) {
        Check.positive(standardDeviation, "standardDeviation");
        Check.positive(sensitivity, "sensitivity");
        Check.nonNegative(epsilon, "epsilon");
        return delta(standardDeviation / sensitivity, epsilon);
    }

    /**
     * Returns the least ε of noise N(0, σ²) at a given δ.
     *
     * @param standardDeviation σ, &gt; 0, in the unit of the sensitivity
     * @param sensitivity the L2 sensitivity, &gt; 0
     * @param delta δ in (0, 1)
     * @return ε &ge; 0
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double epsilon(double standardDeviation, double sensitivity, double delta) {
        Check.positive(standardDeviation, "standardDeviation");
        Check.positive(sensitivity, "sensitivity");
        Check.delta(delta);
        double multiplier = standardDeviation / sensitivity;
        if (delta(multiplier, 0) <= delta) {
            return 0;
        }
        double high = 1;
        while (delta(multiplier, high) > delta) {
            high *= 2;
        }
        double low = 0;
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                return high;
            }
            if (delta(multiplier, middle) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
    }

    /**
     * Returns the least standard deviation that gives (ε, δ).
     *
     * @param epsilon ε &ge; 0
     * @param delta δ in (0, 1)
     * @param sensitivity the L2 sensitivity, &gt; 0
     * @return σ, for which {@link #delta(double, double, double)} has been checked to be at most δ
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double standardDeviation(double epsilon, double delta, double sensitivity) {
        Check.nonNegative(epsilon, "epsilon");
        Check.delta(delta);
        Check.positive(sensitivity, "sensitivity");
        double high = 1;
        while (delta(high, epsilon) > delta) {
            high *= 2;
        }
        double low = high / 2;
        while (delta(low, epsilon) <= delta) {
            high = low;
            low /= 2;
        }
        while (true) {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high) {
                break;
            }
            if (delta(middle, epsilon) > delta) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double sigma = high * sensitivity;
        while (delta(sigma, sensitivity, epsilon) > delta) {
            sigma = Math.nextUp(sigma);
        }
        return sigma;
    }

    /** Theorem 8 at sensitivity 1: Φ(a) − e^ε·Φ(b) with b² − a² = 2ε, so that e^ε·φ(b) = φ(a). */
    private static double delta(double sigma, double epsilon) {
        double a = 1 / (2 * sigma) - epsilon * sigma;
        double b = -1 / (2 * sigma) - epsilon * sigma;
        double value = a < 0
                ? NormalDistribution.density(a)
                        * (NormalDistribution.millsRatio(-a) - NormalDistribution.millsRatio(-b))
                : NormalDistribution.cdf(a) - Math.exp(epsilon + NormalDistribution.logCdf(b));
        return Math.min(1, Math.max(0, value));
    }
}
