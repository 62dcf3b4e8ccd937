package io.aidc.training.optim;

/**
 * Describes LAMB, for large batches: Adam's move with decoupled weight decay, scaled array by array to the norm of the array
 * itself; an array whose norm or move is 0 is moved unscaled.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param beta1 how much of the mean gradient is kept, in [0, 1)
 * @param beta2 how much of the mean squared gradient is kept, in [0, 1)
 * @param epsilon what is added to the root, &gt; 0 and finite
 * @param weightDecay what part of a parameter is added to its move, ≥ 0 and finite
 * @see <a href="https://arxiv.org/abs/1904.00962">You et al. 2020, Algorithm 2</a>
 */
public record Lamb(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    /** Checks the constants. */
    public Lamb {
        Numbers.positive("learningRate", learningRate);
        Numbers.fraction("beta1", beta1);
        Numbers.fraction("beta2", beta2);
        Numbers.positive("epsilon", epsilon);
        Numbers.notNegative("weightDecay", weightDecay);
    }

    /**
     * Makes LAMB with β = (0.9, 0.999), ε = 1e-6 and weight decay 0.01.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static Lamb rate(double learningRate) {
        return new Lamb(learningRate, 0.9, 0.999, 1e-6, 0.01);
    }

    /**
     * Gives this optimiser with other averaging constants.
     *
     * @param first how much of the mean gradient is kept, in [0, 1)
     * @param second how much of the mean squared gradient is kept, in [0, 1)
     * @return a changed copy
     * @throws IllegalArgumentException if a value is outside [0, 1)
     */
    public Lamb betas(double first, double second) {
        return new Lamb(learningRate, first, second, epsilon, weightDecay);
    }

    /**
     * Gives this optimiser with another ε.
     *
     * @param value what is added to the root, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is not positive and finite
     */
    public Lamb epsilon(double value) {
        return new Lamb(learningRate, beta1, beta2, value, weightDecay);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value what part of a parameter is added to its move, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Lamb weightDecay(double value) {
        return new Lamb(learningRate, beta1, beta2, epsilon, value);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.lamb(this);
    }
}
