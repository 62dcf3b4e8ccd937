package io.aidc.training.optim;

/**
 * Describes stochastic gradient descent with optional heavy-ball momentum, as PyTorch computes it without dampening.
 *
 * <p>With gradient g, parameters p and velocity v: {@code g += weightDecay * p; v = momentum * v + g; p -= learningRate *
 * v}, where v starts as the first g.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param momentum how much of the velocity is kept, in [0, 1)
 * @param weightDecay the L2 penalty added to the gradient, ≥ 0 and finite
 */
public record Sgd(double learningRate, double momentum, double weightDecay) implements Optimizer {
    /** Checks the constants. */
    public Sgd {
        Numbers.positive("learningRate", learningRate);
        Numbers.fraction("momentum", momentum);
        Numbers.notNegative("weightDecay", weightDecay);
    }

    /**
     * Makes plain gradient descent: no momentum, no weight decay.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static Sgd rate(double learningRate) {
        return new Sgd(learningRate, 0, 0);
    }

    /**
     * Gives this optimiser with another momentum.
     *
     * @param value how much of the velocity is kept, in [0, 1)
     * @return a changed copy
     * @throws IllegalArgumentException if the value is outside [0, 1)
     */
    public Sgd momentum(double value) {
        return new Sgd(learningRate, value, weightDecay);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value the L2 penalty, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Sgd weightDecay(double value) {
        return new Sgd(learningRate, momentum, value);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.sgd(this);
    }
}
