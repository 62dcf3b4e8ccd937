package io.aidc.privacy;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;

/**
 * How a batch is drawn from the data, by the same object that says what a release over the batch costs.
 *
 * <p>Keeping the two together is the point: batches cut from a shuffled order cost up to several times what Poisson
 * sampling does at equal noise, and charging them as Poisson is the commonest false claim in private training.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="training"}
 *
 * @see <a href="https://arxiv.org/abs/2403.17673">Chua et al. 2024</a> for the gap
 */
public sealed interface Sampling {

    /**
     * Samples every unit independently with the same probability.
     *
     * @param rate the probability, in (0, 1]; 1 takes everything
     * @return the sampling
     * @throws IllegalArgumentException if the rate is outside (0, 1]
     */
    static Sampling poisson(double rate) {
        return new Poisson(rate);
    }

    /**
     * Returns each unit's probability of being in a batch.
     *
     * @return the rate, in (0, 1]
     */
    double rate();

    /**
     * Draws a batch with secret randomness. Its size varies, and may be 0: such a batch is noised and charged all the
     * same.
     *
     * @param population how many units there are, &ge; 0
     * @return ascending 0-based indices
     * @throws IllegalArgumentException if the population is negative
     */
    int[] draw(int population);

    /**
     * Describes a Gaussian release over one batch.
     *
     * @param noiseMultiplier the noise's standard deviation over the L2 sensitivity (the clip norm), &gt; 0
     * @return the event to charge, once per attempt
     * @throws IllegalArgumentException if the multiplier is not positive and finite
     */
    PrivacyEvent event(double noiseMultiplier);

    /**
     * Poisson sampling. Immutable.
     *
     * @param rate each unit's probability, in (0, 1]
     */
    record Poisson(double rate) implements Sampling {
        /** Checks the rate. */
        public Poisson {
            if (!(rate > 0 && rate <= 1)) {
                throw new IllegalArgumentException("rate must be in (0, 1], got " + rate);
            }
        }

        @Override
        public int[] draw(int population) {
            if (population < 0) {
                throw new IllegalArgumentException("population must be >= 0, got " + population);
            }
            try (RandomBits bits = RandomBits.open()) {
                return draw(population, bits);
            }
        }

        int[] draw(int population, RandomBits bits) {
            int[] drawn = new int[population];
            int size = 0;
            for (int i = 0; i < population; i++) {
                if (bits.nextBoolean(rate)) {
                    drawn[size++] = i;
                }
            }
            return Arrays.copyOf(drawn, size);
        }

        @Override
        public PrivacyEvent event(double noiseMultiplier) {
            return new PrivacyEvent.PoissonSubsampledGaussian(rate, noiseMultiplier);
        }
    }
}
