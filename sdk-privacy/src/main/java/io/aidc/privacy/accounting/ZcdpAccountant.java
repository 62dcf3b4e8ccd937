package io.aidc.privacy.accounting;

import java.util.Map;

/**
 * Adds up zero-concentrated differential privacy: one number ρ for everything, by the simplest of rules.
 *
 * {@snippet class="io.aidc.privacy.accounting.AccountingSnippetsTest" region="zcdp"}
 *
 * <p>For Gaussian noise without sampling it is as good as {@link RdpAccountant}; sampled events have no useful ρ and
 * are refused. The sum holds for parameters fixed beforehand, and for adaptively chosen ones as long as their sum of ρ
 * was bounded beforehand. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1605.02065">Bun, Steinke 2016, Lemma 1.7, Propositions 1.4 and 1.6</a>
 */
public final class ZcdpAccountant {
    private final double rho;

    private ZcdpAccountant(double rho) {
        this.rho = rho;
    }

    /**
     * Accounts for an event.
     *
     * @param event what was done
     * @return the accountant
     * @throws IllegalArgumentException if a part is sampled, a mixture or has a δ of its own
     */
    public static ZcdpAccountant of(PrivacyEvent event) {
        double sum = 0;
        for (Map.Entry<PrivacyEvent, Long> entry :
                EventCounts.of(Check.oneRelation(event)).asMap().entrySet()) {
            sum += entry.getValue() * rho(entry.getKey());
        }
        return new ZcdpAccountant(sum);
    }

    private static double rho(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.Gaussian e) {
            return ofRatio(1 / e.noiseMultiplier());
        }
        if (event instanceof PrivacyEvent.DiscreteGaussian e) {
            return ofRatio(e.sensitivity() / e.sigma());
        }
        if (event instanceof PrivacyEvent.ZeroConcentrated e) {
            return e.rho();
        }
        if (event instanceof PrivacyEvent.PureDp e) {
            return ofRatio(e.epsilon());
        }
        if (event instanceof PrivacyEvent.Laplace e) {
            return ofRatio(e.epsilon());
        }
        if (event instanceof PrivacyEvent.DiscreteLaplace e) {
            return ofRatio(e.sensitivity() / e.scale());
        }
        throw new IllegalArgumentException("no useful rho is known, use PldAccountant for " + event);
    }

    /** Δ²/(2σ²) for a Gaussian, ε²/2 for a pure event. */
    private static double ofRatio(double ratio) {
        return ratio * ratio / 2;
    }

    /**
     * Returns the sum.
     *
     * @return ρ, &ge; 0; infinity if it exceeds the range of {@code double}
     */
    public double rho() {
        return rho;
    }

    /**
     * Converts with {@link Conversion#ZCDP_CKS_2020}.
     *
     * @param delta δ in (0, 1)
     * @return ε, least over real orders; 0 if nothing was done
     * @throws IllegalArgumentException if δ is outside (0, 1)
     */
    public EpsilonBound epsilon(double delta) {
        Check.delta(delta);
        if (rho == 0 || Double.isInfinite(rho)) {
            return new EpsilonBound(rho, delta, Conversion.ZCDP_CKS_2020);
        }
        // α − 1 of the classic conversion; where the improved one would fall below 0, any order does
        double classic = Math.log(-Math.log(delta) / rho) / 2;
        double best = Search.least(log -> epsilon(1 + Math.exp(log), delta), classic - 10, classic + 3, 1e-7);
        return new EpsilonBound(epsilon(1 + Math.exp(best), delta), delta, Conversion.ZCDP_CKS_2020);
    }

    private double epsilon(double order, double delta) {
        return RdpConversion.IMPROVED_CKS_2020.epsilon(order, order * rho, delta);
    }
}
