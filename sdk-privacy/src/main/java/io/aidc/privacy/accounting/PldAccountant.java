package io.aidc.privacy.accounting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up whole distributions of privacy losses, which is the tightest accounting there is.
 *
 * {@snippet class="io.aidc.privacy.accounting.AccountingSnippetsTest" region="pld"}
 *
 * <p>Every answer is an interval: losses are put on a grid once so that the composition is at least, and once so that
 * it is at most as distinguishable as the worst mechanism that fits the events. What is published is the pessimistic
 * end.
 *
 * <p>The statement holds for events whose <em>parameters</em> were fixed beforehand, while their answers may depend on
 * one another. For parameters chosen after seeing answers use {@link io.aidc.privacy.PrivacyBudget}.
 *
 * <p>{@link PrivacyEvent.Gaussian} and {@link PrivacyEvent.Laplace} are the continuous mechanisms here. Noise on a
 * lattice of 2^40 steps to σ differs from them by less than rounding; on a coarse one it is
 * {@link PrivacyEvent.DiscreteGaussian} or {@link PrivacyEvent.DiscreteLaplace}.
 *
 * <p>Accuracy: the interval covers the grid and every truncation; it does not cover rounding, which is about 1e-12 of δ
 * for few events and 1e-9 of it for a million. Gaussians without sampling, and all zCDP, are joined into one
 * beforehand, which loses nothing. Cost: up to four Fourier transforms and back, of up to 2^22 numbers for every kind
 * of event, about a second and 300 MB at most; the grid is made coarser, in steps of two, until they are enough. A δ
 * below 1e-25 and losses above 100000 are out of reach, and give an infinite ε. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/2207.04380">Doroshenko et al. 2022</a> for the grid
 * @see <a href="https://arxiv.org/abs/2106.08567">Zhu, Dong, Wang 2022, Theorem 10</a> for composition
 */
public final class PldAccountant {
    /** The distance of losses on the grid, unless another is asked for. */
    public static final double DEFAULT_STEP = 1e-4;

    private static final double LEAST_STEP = 1e-9;

    private final EventCounts events;
    private final double truncation;
    private final LossSums sums;

    private PldAccountant(PrivacyEvent event, double step) {
        this.events = EventCounts.of(event);
        this.truncation = truncation(events);
        this.sums = LossSums.of(sources(events), step);
    }

    /**
     * Accounts for an event on a grid of {@link #DEFAULT_STEP}.
     *
     * @param event what was done; compose several with {@link PrivacyEvent#and} and {@link PrivacyEvent#times}
     * @return the accountant
     * @throws IllegalArgumentException if a part is discrete noise of more than 2^18 steps, or there is no neighbouring
     *     relation under which all parts are proved
     */
    public static PldAccountant of(PrivacyEvent event) {
        return of(event, DEFAULT_STEP);
    }

    /**
     * Accounts for an event on a finer or coarser grid.
     *
     * @param event what was done
     * @param step the distance of losses on the grid, in [1e-9, 1]; doubled until the work is bounded
     * @return the accountant
     * @throws IllegalArgumentException if the step is outside its range, and as {@link #of(PrivacyEvent)} does
     */
    public static PldAccountant of(PrivacyEvent event, double step) {
        Check.oneRelation(event);
        if (!(step >= LEAST_STEP && step <= 1)) {
            throw new IllegalArgumentException("step must be in [1e-9, 1], got " + step);
        }
        return new PldAccountant(event, step);
    }

    /**
     * Returns everything accounted for.
     *
     * @return one event, equal parts counted together
     */
    public PrivacyEvent event() {
        return events.asEvent();
    }

    /**
     * Returns the distance of losses on the grid.
     *
     * @return what was asked for, or a power of two times that
     */
    public double step() {
        return sums.step();
    }

    /**
     * Bounds ε at a δ.
     *
     * @param delta δ in (0, 1)
     * @return where the least ε lies
     * @throws IllegalArgumentException if δ is outside (0, 1)
     */
    public EpsilonInterval epsilon(double delta) {
        Check.delta(delta);
        double pessimistic = pessimistic(delta);
        // on either data set, a cap moves the distribution by τ at most
        double allowed = delta + (truncation == 0 ? 0 : truncation * (1 + Math.exp(pessimistic)));
        double optimistic = allowed < 1 ? sums.smallerEpsilon(allowed) : 0;
        return new EpsilonInterval(Math.min(optimistic, pessimistic), pessimistic, delta, Conversion.PLD_CTD);
    }

    /** The pessimistic end alone, at half the cost. */
    double pessimistic(double delta) {
        return delta > truncation ? sums.largerEpsilon(delta - truncation) : Double.POSITIVE_INFINITY;
    }

    /**
     * Bounds δ at an ε from above.
     *
     * @param epsilon ε, &ge; 0 and finite
     * @return a δ that holds, in [0, 1]
     * @throws IllegalArgumentException if ε is negative or not finite
     */
    public double delta(double epsilon) {
        Check.nonNegative(epsilon, "epsilon");
        return Math.min(1, sums.largerDelta(epsilon) + truncation);
    }

    /** The loss of the composition, once from either data set. */
    List<LossTail> losses() {
        return sums.larger();
    }

    /** The δ that capped samples cost. */
    double truncation() {
        return truncation;
    }

    private static double truncation(EventCounts events) {
        double sum = 0;
        for (Map.Entry<PrivacyEvent, Long> entry : events.asMap().entrySet()) {
            if (entry.getKey() instanceof PrivacyEvent.TruncatedPoissonSubsampledGaussian capped) {
                sum += capped.truncation() * entry.getValue();
            }
        }
        return sum;
    }

    /** Gaussians without sampling become one, for the square of 1/σ adds up, and so do all ρ. */
    private static Map<LossSource, Long> sources(EventCounts events) {
        Map<LossSource, Long> sources = new LinkedHashMap<>();
        double square = 0;
        double rho = 0;
        for (Map.Entry<PrivacyEvent, Long> entry : events.asMap().entrySet()) {
            PrivacyEvent event = untruncated(entry.getKey());
            double multiplier = multiplier(event);
            if (event instanceof PrivacyEvent.ZeroConcentrated concentrated) {
                rho += entry.getValue() * concentrated.rho();
            } else if (multiplier > 0) {
                square += entry.getValue() / multiplier / multiplier;
            } else {
                sources.merge(LossSource.of(event), entry.getValue(), Math::addExact);
            }
        }
        if (square > 0) {
            sources.put(new LossPair.OfGaussian(1 / Math.sqrt(square)), 1L);
        }
        if (rho > 0) {
            sources.put(new LossPair.OfConcentrated(rho), 1L);
        }
        return sources;
    }

    private static PrivacyEvent untruncated(PrivacyEvent event) {
        return event instanceof PrivacyEvent.TruncatedPoissonSubsampledGaussian capped ? capped.untruncated() : event;
    }

    /** σ of a Gaussian release of everything, infinity for one of nothing, 0 for any other event. */
    private static double multiplier(PrivacyEvent event) {
        if (event instanceof PrivacyEvent.PoissonSubsampledLaplace laplace && laplace.samplingRate() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        if (event instanceof PrivacyEvent.PoissonSubsampledGaussian sampled) {
            double rate = sampled.samplingRate();
            return rate == 0 ? Double.POSITIVE_INFINITY : rate == 1 ? sampled.noiseMultiplier() : 0;
        }
        if (event instanceof PrivacyEvent.Gaussian gaussian) {
            return gaussian.noiseMultiplier();
        }
        if (event instanceof PrivacyEvent.FixedSizeWithoutReplacementGaussian fixed && fixed.samplingRate() == 1) {
            return fixed.noiseMultiplier();
        }
        return 0;
    }
}
