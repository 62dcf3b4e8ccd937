package io.aidc.privacy.accounting;

import java.util.List;
import java.util.Objects;

/**
 * One thing that was done to private data, described by what an accountant needs to know and nothing else.
 *
 * <p>Every event speaks about one privacy unit. Noise is given relative to the sensitivity under the neighbouring
 * relation of whoever charges the event; {@link PoissonSubsampledGaussian} is proved for adding or removing a unit
 * only. Immutable.
 */
public sealed interface PrivacyEvent {

    /**
     * Describes this event happening again and again.
     *
     * @param times how often, &ge; 1
     * @return the repeated event
     * @throws IllegalArgumentException if {@code times} is less than 1
     */
    default PrivacyEvent times(long times) {
        return times == 1 ? this : new Repeated(this, times);
    }

    /**
     * Describes this event followed by another one, which may depend on the first one's answer.
     *
     * @param next what comes after
     * @return both
     */
    default PrivacyEvent and(PrivacyEvent next) {
        return new Composed(List.of(this, next));
    }

    /**
     * Is the Gaussian mechanism, continuous or on the integer lattice: (α, α/(2σ²))-RDP for every α &gt; 1.
     *
     * @param noiseMultiplier σ, the noise's standard deviation divided by the L2 sensitivity, &gt; 0
     * @see <a href="https://arxiv.org/abs/1702.07476">Mironov 2017, Proposition 7</a>
     * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Theorem 4</a> for the lattice
     */
    record Gaussian(double noiseMultiplier) implements PrivacyEvent {
        /** Checks the multiplier. */
        public Gaussian {
            Check.positive(noiseMultiplier, "noiseMultiplier");
        }
    }

    /**
     * Is one Gaussian release over a Poisson sample: every unit is in it with the same probability, independently.
     *
     * <p>Holds for adding or removing a unit. Batches of fixed size or from a shuffled order are not this event.
     *
     * @param samplingRate q, each unit's probability of being in the sample, in [0, 1]
     * @param noiseMultiplier σ, the noise's standard deviation divided by the L2 sensitivity, &gt; 0
     * @see <a href="https://arxiv.org/abs/1908.10530">Mironov, Talwar, Zhang 2019</a>
     */
    record PoissonSubsampledGaussian(double samplingRate, double noiseMultiplier) implements PrivacyEvent {
        /** Checks both numbers. */
        public PoissonSubsampledGaussian {
            Check.probability(samplingRate, "samplingRate");
            Check.positive(noiseMultiplier, "noiseMultiplier");
        }
    }

    /**
     * Is the continuous Laplace mechanism with scale sensitivity/ε.
     *
     * <p>Noise on a coarse integer lattice is a {@link PureDp} event: its losses are more extreme at equal ε.
     *
     * @param epsilon the L1 sensitivity divided by the scale, &gt; 0
     * @see <a href="https://arxiv.org/abs/1702.07476">Mironov 2017, Proposition 6</a>
     */
    record Laplace(double epsilon) implements PrivacyEvent {
        /** Checks ε. */
        public Laplace {
            Check.positive(epsilon, "epsilon");
        }
    }

    /**
     * Is any mechanism of which nothing is known but that it is (ε, 0)-differentially private.
     *
     * @param epsilon the guarantee, &gt; 0
     */
    record PureDp(double epsilon) implements PrivacyEvent {
        /** Checks ε. */
        public PureDp {
            Check.positive(epsilon, "epsilon");
        }
    }

    /**
     * Is several events in order; none at all is allowed and costs nothing.
     *
     * @param events the parts
     */
    record Composed(List<PrivacyEvent> events) implements PrivacyEvent {
        /** Copies the list. */
        public Composed {
            events = List.copyOf(events);
        }
    }

    /**
     * Is one event repeated.
     *
     * @param event what is repeated
     * @param times how often, &ge; 1
     */
    record Repeated(PrivacyEvent event, long times) implements PrivacyEvent {
        /** Checks the count. */
        public Repeated {
            Objects.requireNonNull(event, "event");
            if (times < 1) {
                throw new IllegalArgumentException("times must be >= 1, got " + times);
            }
        }
    }
}
