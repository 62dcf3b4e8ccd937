package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;

/**
 * Learns numbers by least squares: one linear score for each target.
 *
 * <p>Features and targets are brought to mean 0 and deviation 1 over the rows to train with, which is part of what is learned. The fit is by
 * stochastic gradient descent with AdaGrad, one row a step, so it comes near to the optimum and not onto it.
 *
 * <p>Immutable.
 *
 * @param learningRate AdaGrad's first step width, &gt; 0 and finite
 * @param epochs passes over the rows, &gt; 0
 * @param weightDecay the L2 penalty, half of it times the sum of the squared weights on the standardised scale is added to the mean loss;
 *     intercepts are left out; ≥ 0 and finite
 * @see <a href="https://jmlr.org/papers/v12/duchi11a.html">Duchi, Hazan, Singer 2011 (AdaGrad)</a>
 */
public record LinearRegression(double learningRate, int epochs, double weightDecay) implements Learner {
    static final LinearRegression DEFAULT = new LinearRegression(0.1, 50, 1e-3);

    /** Checks the ranges. */
    public LinearRegression {
        Options.positive("learningRate", learningRate);
        Options.positive("epochs", epochs);
        Options.notNegative("weightDecay", weightDecay);
    }

    /**
     * Sets the first step width; 0.1 if not set.
     *
     * @param value &gt; 0 and finite
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public LinearRegression learningRate(double value) {
        return new LinearRegression(value, epochs, weightDecay);
    }

    /**
     * Sets the passes over the rows; 50 if not set.
     *
     * @param passes &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public LinearRegression epochs(int passes) {
        return new LinearRegression(learningRate, passes, weightDecay);
    }

    /**
     * Sets the L2 penalty; 0.001 if not set.
     *
     * @param value ≥ 0 and finite
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public LinearRegression weightDecay(double value) {
        return new LinearRegression(learningRate, epochs, value);
    }

    /**
     * Trains.
     *
     * @param data rows with numeric targets
     * @param seed what the first weights and the order of rows are drawn from
     * @return what answers with numbers, {@code [rows, targets]}
     * @throws IllegalArgumentException if the data has classes
     * @throws IllegalStateException if Tribuo is not on the class path; the message names the artifact
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        if (data.classes() > 0) {
            throw new IllegalArgumentException(
                    "linearRegression needs numeric targets, the data has %d classes: take logisticRegression"
                            .formatted(data.classes()));
        }
        return Artifact.REGRESSION_SGD.using("linearRegression", () -> LinearFit.numbers(this, data, seed));
    }
}
