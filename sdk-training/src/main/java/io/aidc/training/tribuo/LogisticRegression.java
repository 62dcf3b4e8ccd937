package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;

/**
 * Learns classes by multinomial logistic regression: one linear score for each class, softmax over them.
 *
 * <p>Features are brought to mean 0 and deviation 1 over the rows to train with, which is part of what is learned. The fit is by
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
public record LogisticRegression(double learningRate, int epochs, double weightDecay) implements Learner {
    static final LogisticRegression DEFAULT = new LogisticRegression(0.1, 50, 1e-3);

    /** Checks the ranges. */
    public LogisticRegression {
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
    public LogisticRegression learningRate(double value) {
        return new LogisticRegression(value, epochs, weightDecay);
    }

    /**
     * Sets the passes over the rows; 50 if not set.
     *
     * @param passes &gt; 0
     * @return a copy with it
     * @throws IllegalArgumentException if it is not positive
     */
    public LogisticRegression epochs(int passes) {
        return new LogisticRegression(learningRate, passes, weightDecay);
    }

    /**
     * Sets the L2 penalty; 0.001 if not set.
     *
     * @param value ≥ 0 and finite
     * @return a copy with it
     * @throws IllegalArgumentException if it is out of range
     */
    public LogisticRegression weightDecay(double value) {
        return new LogisticRegression(learningRate, epochs, value);
    }

    /**
     * Trains.
     *
     * @param data rows with classes
     * @param seed what the first weights and the order of rows are drawn from
     * @return what answers with probabilities, {@code [rows, classes]}
     * @throws IllegalArgumentException if the data has no classes
     * @throws IllegalStateException if Tribuo is not on the class path; the message names the artifact
     */
    @Override
    public Predictor fit(Dataset data, long seed) {
        if (data.classes() == 0) {
            throw new IllegalArgumentException(
                    "logisticRegression needs classes, the data has numeric targets: take linearRegression");
        }
        return Artifact.CLASSIFICATION_SGD.using("logisticRegression", () -> LinearFit.classes(this, data, seed));
    }
}
