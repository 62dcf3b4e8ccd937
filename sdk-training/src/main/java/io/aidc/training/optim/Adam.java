package io.aidc.training.optim;

/**
 * Describes Adam with bias correction, as PyTorch computes it; its weight decay is an L2 penalty on the gradient, not the
 * decoupled decay of AdamW.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param beta1 how much of the mean gradient is kept, in [0, 1)
 * @param beta2 how much of the mean squared gradient is kept, in [0, 1)
 * @param epsilon what is added to the root, &gt; 0 and finite
 * @param weightDecay the L2 penalty added to the gradient, ≥ 0 and finite
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba 2015, Algorithm 1</a>
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    /** Checks the constants. */
    public Adam {
        Numbers.positive("learningRate", learningRate);
        Numbers.fraction("beta1", beta1);
        Numbers.fraction("beta2", beta2);
        Numbers.positive("epsilon", epsilon);
        Numbers.notNegative("weightDecay", weightDecay);
    }

    /**
     * Makes Adam with β = (0.9, 0.999), ε = 1e-8 and no weight decay.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static Adam rate(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8, 0);
    }

    /**
     * Gives this optimiser with other averaging constants.
     *
     * @param first how much of the mean gradient is kept, in [0, 1)
     * @param second how much of the mean squared gradient is kept, in [0, 1)
     * @return a changed copy
     * @throws IllegalArgumentException if a value is outside [0, 1)
     */
    public Adam betas(double first, double second) {
        return new Adam(learningRate, first, second, epsilon, weightDecay);
    }

    /**
     * Gives this optimiser with another ε.
     *
     * @param value what is added to the root, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is not positive and finite
     */
    public Adam epsilon(double value) {
        return new Adam(learningRate, beta1, beta2, value, weightDecay);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value the L2 penalty, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Adam weightDecay(double value) {
        return new Adam(learningRate, beta1, beta2, epsilon, value);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.adam(this);
    }
}
