package io.aidc.privacy.accounting;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One thing that was done to private data, described by what an accountant needs to know and nothing else.
 *
 * <p>Every event speaks about one privacy unit. Noise is given relative to the sensitivity under the neighbouring
 * relation of whoever charges the event. Sampled events are proved for one relation only: ask {@link #holdsFor}.
 * Immutable.
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
        List<PrivacyEvent> parts = new ArrayList<>(this instanceof Composed both ? both.events() : List.of(this));
        parts.add(Objects.requireNonNull(next, "next"));
        return new Composed(parts);
    }

    /**
     * Says whether the event's guarantee is proved under a neighbouring relation.
     *
     * @param neighbours the relation of whoever charges the event
     * @return whether it may be charged there
     */
    default boolean holdsFor(Neighbours neighbours) {
        Objects.requireNonNull(neighbours, "neighbours");
        return true;
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

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.ADD_OR_REMOVE;
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
     * Is discrete Laplace noise on one whole number: P(x) is proportional to e^(−|x|/scale).
     *
     * <p>(sensitivity/scale, 0)-private, and less than {@link PureDp} of that ε in composition. Several numbers are
     * several events, their sensitivities adding up to the L1 sensitivity.
     *
     * @param scale in steps of the lattice, &gt; 0
     * @param sensitivity in steps, &ge; 1
     * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, section 5.2</a>
     */
    record DiscreteLaplace(double scale, long sensitivity) implements PrivacyEvent {
        /** Checks both numbers. */
        public DiscreteLaplace {
            Check.positive(scale, "scale");
            Check.atLeastOne(sensitivity, "sensitivity");
        }
    }

    /**
     * Is discrete Gaussian noise on one whole number: P(x) is proportional to e^(−x²/2σ²).
     *
     * <p>(α, α·sensitivity²/(2σ²))-RDP. Several numbers with a common L2 sensitivity are a {@link Gaussian}.
     *
     * @param sigma σ in steps of the lattice, &gt; 0
     * @param sensitivity in steps, &ge; 1
     * @see <a href="https://arxiv.org/abs/2004.00010">Canonne, Kamath, Steinke 2020, Theorem 4</a>
     */
    record DiscreteGaussian(double sigma, long sensitivity) implements PrivacyEvent {
        /** Checks both numbers. */
        public DiscreteGaussian {
            Check.positive(sigma, "sigma");
            Check.atLeastOne(sensitivity, "sensitivity");
        }
    }

    /**
     * Is one continuous Laplace release over a Poisson sample. Holds for adding or removing a unit.
     *
     * @param samplingRate q, each unit's probability of being in the sample, in [0, 1]
     * @param epsilon the L1 sensitivity divided by the scale, &gt; 0
     * @see <a href="https://arxiv.org/abs/2106.08567">Zhu, Dong, Wang 2022, Theorem 11</a>
     */
    record PoissonSubsampledLaplace(double samplingRate, double epsilon) implements PrivacyEvent {
        /** Checks both numbers. */
        public PoissonSubsampledLaplace {
            Check.probability(samplingRate, "samplingRate");
            Check.positive(epsilon, "epsilon");
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.ADD_OR_REMOVE;
        }
    }

    /**
     * Is one Gaussian release over a Poisson sample that is cut down to a cap if it exceeds it.
     *
     * <p>Holds for adding or removing a unit. Unless the other units alone fill the cap, which happens with the same
     * probability τ = P[Bin(population − 1, rate) &ge; cap] at most whether a unit takes part or not, nothing is cut
     * and the release is that of {@link PoissonSubsampledGaussian}. So a composition costs, on top of that, a δ of Στ.
     *
     * @param samplingRate q, each unit's probability of being in the sample, in [0, 1]
     * @param cap the largest batch, &ge; 1
     * @param population a public upper bound on the number of units, &ge; 1
     * @param noiseMultiplier σ, the noise's standard deviation divided by the L2 sensitivity, &gt; 0
     * @see <a href="https://arxiv.org/abs/2411.04205">Chua et al. 2024, section 4</a> for the sampler
     * @see <a href="https://arxiv.org/abs/1605.02065">Bun, Steinke 2016, section 8</a> for guarantees that fail with a
     *     small probability
     */
    record TruncatedPoissonSubsampledGaussian(double samplingRate, long cap, long population, double noiseMultiplier)
            implements PrivacyEvent {
        /** Checks all four numbers. */
        public TruncatedPoissonSubsampledGaussian {
            Check.probability(samplingRate, "samplingRate");
            Check.atLeastOne(cap, "cap");
            Check.atLeastOne(population, "population");
            Check.positive(noiseMultiplier, "noiseMultiplier");
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.ADD_OR_REMOVE;
        }

        /**
         * Returns the event without the cap.
         *
         * @return what is left to account for once {@link #truncation()} is counted
         */
        public PoissonSubsampledGaussian untruncated() {
            return new PoissonSubsampledGaussian(samplingRate, noiseMultiplier);
        }

        /**
         * Bounds the probability that all other units together fill the cap.
         *
         * @return τ, rounded up, in [0, 1]
         */
        public double truncation() {
            return BinomialTail.above(population - 1, samplingRate, cap - 1);
        }
    }

    /**
     * Is one Gaussian release over a batch of fixed size, drawn uniformly without replacement.
     *
     * <p>Holds for replacing one unit, and the multiplier is relative to the sensitivity under that relation, which for
     * clipped contributions is <em>twice</em> the clip norm.
     *
     * @param batch how many units are drawn, &ge; 1
     * @param population how many there are, &ge; {@code batch}; public, for replacing keeps it
     * @param noiseMultiplier σ, the noise's standard deviation divided by the L2 sensitivity, &gt; 0
     * @see <a href="https://arxiv.org/abs/1808.00087">Wang, Balle, Kasiviswanathan 2019, Theorem 9</a>
     * @see <a href="https://arxiv.org/abs/2106.08567">Zhu, Dong, Wang 2022, section 4</a>
     */
    record FixedSizeWithoutReplacementGaussian(long batch, long population, double noiseMultiplier)
            implements PrivacyEvent {
        /** Checks all three numbers. */
        public FixedSizeWithoutReplacementGaussian {
            Check.atLeastOne(batch, "batch");
            if (population < batch) {
                throw new IllegalArgumentException(
                        "population must be at least the batch, " + batch + ", got " + population);
            }
            Check.positive(noiseMultiplier, "noiseMultiplier");
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.REPLACE_ONE;
        }

        /**
         * Returns each unit's probability of being in the batch.
         *
         * @return batch/population, in (0, 1]
         */
        public double samplingRate() {
            return (double) batch / population;
        }
    }

    /**
     * Is Gaussian noise on a sum in which a unit takes part to a random degree: with probability pᵢ it moves the sum by
     * at most sᵢ.
     *
     * <p>Holds for adding or removing a unit. {@link PoissonSubsampledGaussian} is the case s = (0, 1), p = (1−q, q).
     *
     * @param sensitivities sᵢ, &ge; 0 and finite, at least one
     * @param probabilities pᵢ, as many, in (0, 1], adding up to 1 within 1e-12
     * @param sigma the noise's standard deviation, in the unit of the sensitivities, &gt; 0
     * @see <a href="https://arxiv.org/abs/2310.15526">Choquette-Choo et al. 2024, section 4</a>
     */
    record MixtureOfGaussians(List<Double> sensitivities, List<Double> probabilities, double sigma)
            implements PrivacyEvent {
        /** Copies the lists and checks all numbers. */
        public MixtureOfGaussians {
            sensitivities = List.copyOf(sensitivities);
            probabilities = List.copyOf(probabilities);
            Check.mixture(sensitivities, probabilities);
            Check.positive(sigma, "sigma");
        }

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return Objects.requireNonNull(neighbours, "neighbours") == Neighbours.ADD_OR_REMOVE;
        }
    }

    /**
     * Is any mechanism of which nothing is known but that it is ρ-zero-concentrated differentially private:
     * (α, αρ)-RDP for every α &gt; 1.
     *
     * @param rho ρ, &gt; 0
     * @see <a href="https://arxiv.org/abs/1605.02065">Bun, Steinke 2016, Definition 1.1</a>
     */
    record ZeroConcentrated(double rho) implements PrivacyEvent {
        /** Checks ρ. */
        public ZeroConcentrated {
            Check.positive(rho, "rho");
        }
    }

    /**
     * Is any mechanism of which nothing is known but that it is (ε, δ)-differentially private.
     *
     * @param epsilon ε, &gt; 0
     * @param delta δ, in (0, 1)
     */
    record ApproximateDp(double epsilon, double delta) implements PrivacyEvent {
        /** Checks both numbers. */
        public ApproximateDp {
            Check.positive(epsilon, "epsilon");
            Check.delta(delta);
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

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            Objects.requireNonNull(neighbours, "neighbours");
            return events.stream().allMatch(event -> event.holdsFor(neighbours));
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

        @Override
        public boolean holdsFor(Neighbours neighbours) {
            return event.holdsFor(neighbours);
        }
    }
}
