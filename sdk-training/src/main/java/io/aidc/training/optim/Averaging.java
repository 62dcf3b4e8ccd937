package io.aidc.training.optim;

/**
 * Describes an average of the parameters along a run, which becomes the model instead of the last parameters.
 *
 * <p>Running statistics are averaged with them.
 *
 * <p>Immutable.
 */
public sealed interface Averaging {
    /**
     * Averages with weights that fade: after each step the average moves by {@code 1 - decay} towards the parameters. It
     * starts as the parameters after the first step.
     *
     * @param decay how much of the average is kept, in [0, 1)
     * @return the average
     * @throws IllegalArgumentException if the number is out of range
     */
    static Averaging exponential(double decay) {
        return new Exponential(decay);
    }

    /**
     * Averages evenly over the ends of the last epochs.
     *
     * @param from the first epoch that counts, ≥ 1
     * @return the average
     * @throws IllegalArgumentException if the number is out of range
     * @see <a href="https://arxiv.org/abs/1803.05407">Izmailov et al. 2018</a>
     */
    static Averaging stochasticWeights(int from) {
        return new StochasticWeights(from);
    }

    /**
     * Fades out older parameters.
     *
     * @param decay how much of the average is kept at each step, in [0, 1)
     */
    record Exponential(double decay) implements Averaging {
        /** Checks the number. */
        public Exponential {
            Numbers.fraction("decay", decay);
        }
    }

    /**
     * Weighs the ends of epochs evenly.
     *
     * @param from the first epoch that counts, ≥ 1
     */
    record StochasticWeights(int from) implements Averaging {
        /** Checks the number. */
        public StochasticWeights {
            Numbers.atLeastOne("from", from);
        }
    }
}
