package io.aidc.training.optim;

/**
 * Describes stochastic gradient descent with optional momentum, as PyTorch computes it without dampening.
 *
 * <p>With gradient g, parameters p and velocity v: {@code g += weightDecay * p; v = momentum * v + g; p -= learningRate *
 * v}, where v starts as the first g; Nesterov's form moves by {@code g + momentum * v} instead.
 *
 * <p>Immutable.
 *
 * @param learningRate the step width, &gt; 0 and finite
 * @param momentum how much of the velocity is kept, in [0, 1)
 * @param weightDecay the L2 penalty added to the gradient, ≥ 0 and finite
 * @param isNesterov whether the velocity is looked ahead along, which needs a momentum
 * @see <a href="https://proceedings.mlr.press/v28/sutskever13.html">Sutskever et al. 2013</a>
 */
public record Sgd(double learningRate, double momentum, double weightDecay, boolean isNesterov) implements Optimizer {
    /** Checks the constants. */
    public Sgd {
        Numbers.positive("learningRate", learningRate);
        Numbers.fraction("momentum", momentum);
        Numbers.notNegative("weightDecay", weightDecay);
        if (isNesterov && momentum == 0) {
            throw new IllegalArgumentException("nesterov needs a momentum > 0");
        }
    }

    /**
     * Makes plain gradient descent: no momentum, no weight decay.
     *
     * @param learningRate the step width, &gt; 0 and finite
     * @return the optimiser
     * @throws IllegalArgumentException if the rate is not positive and finite
     */
    public static Sgd rate(double learningRate) {
        return new Sgd(learningRate, 0, 0, false);
    }

    /**
     * Gives this optimiser with another momentum.
     *
     * @param value how much of the velocity is kept, in [0, 1)
     * @return a changed copy
     * @throws IllegalArgumentException if the value is outside [0, 1)
     */
    public Sgd momentum(double value) {
        return new Sgd(learningRate, value, weightDecay, isNesterov);
    }

    /**
     * Gives this optimiser in Nesterov's form.
     *
     * @return a changed copy
     * @throws IllegalArgumentException if there is no momentum
     */
    public Sgd nesterov() {
        return new Sgd(learningRate, momentum, weightDecay, true);
    }

    /**
     * Gives this optimiser with another weight decay.
     *
     * @param value the L2 penalty, ≥ 0 and finite
     * @return a changed copy
     * @throws IllegalArgumentException if the value is negative or not finite
     */
    public Sgd weightDecay(double value) {
        return new Sgd(learningRate, momentum, value, isNesterov);
    }

    @Override
    public <R> R read(Reader<R> reader) {
        return reader.sgd(this);
    }
}
