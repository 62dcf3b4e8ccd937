package io.aidc.training.optim;

/**
 * Describes Adam with decoupled weight decay, as PyTorch computes it: {@code p -= learningRate * weightDecay * p} comes
 * before Adam's move and stays out of its averages.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param beta1 how much of the mean gradient is kept, in [0, 1)
 * @param beta2 how much of the mean squared gradient is kept, in [0, 1)
 * @param epsilon what is added to the root, &gt; 0 and finite
 * @param weightDecay what part of a parameter goes at learning rate 1, ≥ 0 and finite
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter 2019</a>
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {
    /** Checks the constants. */
    public AdamW {
        Numbers.positive("learningRate", learningRate);
        Numbers.fraction("beta1", beta1);
        Numbers.fraction("beta2", beta2);
        Numbers.positive("epsilon", epsilon);
        Numbers.notNegative("weightDecay", weightDecay);
    }

    /**
     * Makes AdamW with β = (0.9, 0.999), ε = 1e-8 and weight decay 0.01.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static AdamW rate(double learningRate) {
        return new AdamW(learningRate, 0.9, 0.999, 1e-8, 0.01);
    }

    /**
     * Gives this optimiser with other averaging constants.
     *
     * @param first how much of the mean gradient is kept, in [0, 1)
     * @param second how much of the mean squared gradient is kept, in [0, 1)
     * @return a changed copy
     * @throws IllegalArgumentException if a value is outside [0, 1)
     */
    public AdamW betas(double first, double second) {
        return new AdamW(learningRate, first, second, epsilon, weightDecay);
    }

    /**
     * Gives this optimiser with another ε.
     *
     * @param value what is added to the root, &gt; 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is not positive and finite
     */
    public AdamW epsilon(double value) {
        return new AdamW(learningRate, beta1, beta2, value, weightDecay);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value what part of a parameter goes at learning rate 1, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public AdamW weightDecay(double value) {
        return new AdamW(learningRate, beta1, beta2, epsilon, value);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.adamW(this);
    }
}
