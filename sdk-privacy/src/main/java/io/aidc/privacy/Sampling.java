package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.List;
import java.util.function.IntFunction;

/**
 * How a batch is drawn from the data, by the same object that says what a release over the batch costs.
 *
 * <p>Keeping the two together is the point: batches cut from a shuffled order cost up to several times what Poisson
 * sampling does at equal noise, and charging them as Poisson is the commonest false claim in private training. No class
 * outside this package can be a sampling, so nothing drawn elsewhere gets a discount.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="training"}
 *
 * @see <a href="https://arxiv.org/abs/2403.17673">Chua et al. 2024</a> for the gap
 */
public sealed interface Sampling
        permits Samplings.Poisson,
                Samplings.TruncatedPoisson,
                Samplings.FixedSize,
                Samplings.FullBatch,
                Samplings.Shuffled,
                Samplings.Unamplified {

    /**
     * Samples every unit independently with the same probability. Holds for adding or removing a unit.
     *
     * @param rate the probability, in (0, 1]; 1 takes everything
     * @return the sampling
     * @throws IllegalArgumentException if the rate is outside (0, 1]
     */
    static Sampling poisson(double rate) {
        return new Samplings.Poisson(rate);
    }

    /**
     * Samples as {@link #poisson(double)} and, if the batch exceeds a cap, keeps that many of it at random. Holds for
     * adding or removing a unit.
     *
     * <p>The chance that others fill the cap is a δ of its own, see {@link #ownDelta}: a {@link PrivacyBudget} needs as
     * much set aside for it, {@link PrivacyBudget.Builder#approximateDelta}.
     *
     * @param rate the probability, in (0, 1]
     * @param cap the largest batch, &ge; 1
     * @param population a public upper bound on the number of units, &ge; 1
     * @return the sampling
     * @throws IllegalArgumentException if a number is out of range
     */
    static Sampling truncatedPoisson(double rate, int cap, int population) {
        return new Samplings.TruncatedPoisson(rate, cap, population);
    }

    /**
     * Draws the same number of units every time, uniformly without replacement. Holds for replacing a unit.
     *
     * @param batch how many are drawn, &ge; 1
     * @param population how many units there are, &ge; {@code batch}; public under this relation
     * @return the sampling
     * @throws IllegalArgumentException if a number is out of range
     */
    static Sampling fixedSize(int batch, int population) {
        return new Samplings.FixedSize(batch, population);
    }

    /**
     * Takes every unit every time. Holds for either relation.
     *
     * @return the sampling
     */
    static Sampling fullBatch() {
        return new Samplings.FullBatch();
    }

    /**
     * Deals the units of each epoch out to a number of batches, every unit to one of them at random. Holds for either
     * relation, without amplification: an epoch costs as much as one release over everything.
     *
     * <p>Batch sizes vary. A single {@link #draw(int)} is charged like a whole epoch; draw epochs.
     *
     * @param batches how many batches make an epoch, &ge; 1
     * @return the sampling
     * @throws IllegalArgumentException if {@code batches} is less than 1
     * @see <a href="https://arxiv.org/abs/2411.04205">Chua et al. 2024</a>: how much shuffling amplifies is not known
     */
    static Sampling shuffled(int batches) {
        return new Samplings.Shuffled(batches);
    }

    /**
     * Takes batches from elsewhere, such as a weighted sampler, and claims nothing for it: every batch costs as much as
     * a release over everything. Holds for replacing a unit, as adding one could change who else is drawn.
     *
     * @param sampler given the number of units, returns distinct 0-based indices; must not look at the data
     * @return the sampling
     */
    static Sampling unamplified(IntFunction<int[]> sampler) {
        return new Samplings.Unamplified(sampler);
    }

    /**
     * Returns a bound on each unit's probability of being in a batch.
     *
     * @return the rate, in (0, 1]
     */
    double rate();

    /**
     * Says whether the cost that {@link #event(double)} states is proved under a neighbouring relation.
     *
     * @param neighbours the relation of whoever pays
     * @return whether it may be charged there
     */
    boolean holdsFor(Neighbours neighbours);

    /**
     * Refuses a number of units that this sampling was not made for.
     *
     * @param population how many units there are
     * @throws IllegalArgumentException if it is negative, or not the one that the sampling is for
     */
    default void checkUnits(int population) {
        Samplings.checkNotNegative(population);
    }

    /**
     * Draws a batch with secret randomness. Its size varies, and may be 0: such a batch is noised and charged all the
     * same.
     *
     * @param population how many units there are, &ge; 0
     * @return ascending 0-based indices
     * @throws IllegalArgumentException if the population is negative or not the one this sampling was made for, or a
     *     custom sampler returns an index twice or out of range
     */
    default int[] draw(int population) {
        try (RandomBits bits = RandomBits.open()) {
            return draw(population, bits);
        }
    }

    /**
     * Draws a batch as {@link #draw(int)} does, for those who draw many from one stream.
     *
     * @param population how many units there are, &ge; 0
     * @param bits where randomness comes from
     * @return ascending 0-based indices
     * @throws IllegalArgumentException as for {@link #draw(int)}
     */
    int[] draw(int population, RandomBits bits);

    /**
     * Draws the batches that one {@link #event(double)} pays for together: one, or a whole epoch if {@link #shuffled}.
     *
     * @param population how many units there are, &ge; 0
     * @param bits where randomness comes from
     * @return the batches, in order of use
     * @throws IllegalArgumentException as for {@link #draw(int)}
     */
    default List<int[]> drawEpoch(int population, RandomBits bits) {
        return List.of(draw(population, bits));
    }

    /**
     * Describes a Gaussian release over one batch, or over each batch of one {@link #drawEpoch epoch}.
     *
     * @param noiseMultiplier the noise's standard deviation over the L2 sensitivity, which is the clip norm for adding
     *     or removing a unit and twice that for replacing one; &gt; 0
     * @return the event to charge, once per attempt
     * @throws IllegalArgumentException if the multiplier is not positive and finite
     */
    PrivacyEvent event(double noiseMultiplier);

    /**
     * Describes a run of steps whose batches come from epochs, one after the other.
     *
     * @param noiseMultiplier as for {@link #event(double)}
     * @param steps how many batches, &ge; 1
     * @return {@link #event(double)}, as often as epochs are begun
     * @throws IllegalArgumentException if a number is out of range
     */
    default PrivacyEvent plan(double noiseMultiplier, int steps) {
        return event(noiseMultiplier).times(steps);
    }

    /**
     * Returns the δ that a run of steps costs apart from the noise, whatever the noise.
     *
     * @param steps how many batches, &ge; 1
     * @return a bound, in [0, 1]; 0 for all but {@link #truncatedPoisson}
     * @throws IllegalArgumentException if {@code steps} is less than 1
     */
    default double ownDelta(int steps) {
        Samplings.checkAtLeastOne(steps, "steps");
        return 0;
    }
}
