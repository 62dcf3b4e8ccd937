package io.aidc.training.optim;

/**
 * Describes Adagrad, as PyTorch computes it without decay of the rate: {@code s += g²; p -= learningRate * g / (sqrt(s) +
 * epsilon)}.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param initialSum what the sum of squared gradients starts at, ≥ 0 and finite
 * @param epsilon what is added to the root, &gt; 0 and finite
 * @param weightDecay the L2 penalty added to the gradient, ≥ 0 and finite
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi et al. 2011</a>
 */
public record Adagrad(double learningRate, double initialSum, double epsilon, double weightDecay) implements Optimizer {
    /** Checks the constants. */
    public Adagrad {
        Numbers.positive("learningRate", learningRate);
        Numbers.notNegative("initialSum", initialSum);
        Numbers.positive("epsilon", epsilon);
        Numbers.notNegative("weightDecay", weightDecay);
    }

    /**
     * Makes Adagrad with a sum that starts at 0, ε = 1e-10 and no weight decay.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static Adagrad rate(double learningRate) {
        return new Adagrad(learningRate, 0, 1e-10, 0);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value the L2 penalty, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Adagrad weightDecay(double value) {
        return new Adagrad(learningRate, initialSum, epsilon, value);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.adagrad(this);
    }
}
