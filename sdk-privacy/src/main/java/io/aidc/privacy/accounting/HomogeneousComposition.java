package io.aidc.privacy.accounting;

/**
 * What k releases cost of which only (ε₀, δ₀) is known, by three rules of the literature.
 *
 * {@snippet class="io.aidc.privacy.accounting.AccountingSnippetsTest" region="homogeneous"}
 *
 * <p>For teaching, and for mechanisms from elsewhere. {@link PldAccountant} gives the optimal number for mixed releases as
 * well, and less for those it knows by name. Immutable, no state.
 */
public final class HomogeneousComposition {
    private static final long MOST = 1 << 20;

    private final double epsilon;
    private final double delta;
    private final long times;

    private HomogeneousComposition(double epsilon, double delta, long times) {
        this.epsilon = epsilon;
        this.delta = delta;
        this.times = times;
    }

    /**
     * Describes the releases.
     *
     * @param epsilon ε₀ of each, &gt; 0
     * @param delta δ₀ of each, in [0, 1)
     * @param times how many, from 1 to 2^20
     * @return the composition
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static HomogeneousComposition of(double epsilon, double delta, long times) {
        Check.positive(epsilon, "epsilon");
        if (!(delta >= 0 && delta < 1)) {
            throw new IllegalArgumentException("delta must be in [0, 1), got " + delta);
        }
        if (times < 1 || times > MOST) {
            throw new IllegalArgumentException("times must be in [1, 2^20], got " + times);
        }
        return new HomogeneousComposition(epsilon, delta, times);
    }

    /**
     * Adds up.
     *
     * @return ε = k·ε₀ at δ = min(1, k·δ₀)
     */
    public EpsilonBound basic() {
        return new EpsilonBound(times * epsilon, Math.min(1, times * delta), Conversion.BASIC_COMPOSITION);
    }

    /**
     * Applies the advanced composition theorem.
     *
     * @param slack δ′ in (0, 1), what may go wrong besides k·δ₀
     * @return ε at δ = min(1, k·δ₀ + δ′)
     * @throws IllegalArgumentException if the slack is outside (0, 1)
     */
    public EpsilonBound advanced(double slack) {
        Check.delta(slack);
        double bound = Math.sqrt(2 * times * -Math.log(slack)) * epsilon + times * epsilon * Math.expm1(epsilon);
        return new EpsilonBound(bound, Math.min(1, times * delta + slack), Conversion.ADVANCED_DRV_2010);
    }

    /**
     * Finds the least ε = (k−2i)·ε₀ that the optimal composition theorem gives at a δ.
     *
     * @param total δ in (0, 1)
     * @return ε at that δ; infinite if 1 − (1−δ₀)^k alone is more
     * @throws IllegalArgumentException if δ is outside (0, 1)
     */
    public EpsilonBound optimal(double total) {
        Check.delta(total);
        double pure = 1 - (1 - total) * Math.exp(-times * Math.log1p(-delta));
        if (pure < 0) {
            return new EpsilonBound(Double.POSITIVE_INFINITY, total, Conversion.OPTIMAL_KOV_2015);
        }
        long best = 0;
        long worse = times / 2 + 1;
        while (worse - best > 1) {
            long middle = (best + worse) >>> 1;
            if (excess(middle) <= pure) {
                best = middle;
            } else {
                worse = middle;
            }
        }
        return new EpsilonBound((times - 2 * best) * epsilon, total, Conversion.OPTIMAL_KOV_2015);
    }

    /** δᵢ = Σ_{l<i} C(k,l)·(e^{(k−l)ε} − e^{(k−2i+l)ε})/(1+e^ε)^k. */
    private double excess(long i) {
        double logDivisor = times * (epsilon + Math.log1p(Math.exp(-epsilon)));
        double logBinomial = 0;
        double sum = 0;
        for (long l = 0; l < i; l++) {
            double log = logBinomial + (times - l) * epsilon - logDivisor;
            sum += Math.exp(log) * -Math.expm1(2 * epsilon * (l - i));
            logBinomial += Math.log((double) (times - l) / (l + 1));
        }
        return sum;
    }
}
