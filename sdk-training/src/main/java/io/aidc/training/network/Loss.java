package io.aidc.training.network;

import java.util.Arrays;

/**
 * Describes what training makes small; the loss of a batch is the mean over its rows.
 *
 * <p>Immutable.
 */
public sealed interface Loss {
    /** Softmax cross-entropy of logits {@code [batch, classes]} against class indices from 0. */
    Loss CROSS_ENTROPY = new CrossEntropy(0, new float[0]);

    /**
     * Sigmoid cross-entropy of logits {@code [batch, outputs]} against targets in [0, 1], averaged over the outputs. A
     * data set of two classes goes with one output, the logit of class 1.
     */
    Loss BINARY_CROSS_ENTROPY = new BinaryCrossEntropy(1);

    /** Squared difference of outputs and targets, both {@code [batch, outputs]}, averaged over the outputs. */
    Loss MSE = new Mse();

    /** Absolute difference of outputs and targets, both {@code [batch, outputs]}, averaged over the outputs. */
    Loss MAE = new Mae();

    /**
     * Makes a softmax cross-entropy whose targets are smoothed: a share of each goes evenly to all classes.
     *
     * @param smoothing the share, in [0, 1)
     * @return the loss
     * @throws IllegalArgumentException if the share is outside [0, 1)
     * @see <a href="https://arxiv.org/abs/1512.00567">Szegedy et al. 2016, section 7</a>
     */
    static CrossEntropy smoothedCrossEntropy(double smoothing) {
        return new CrossEntropy(smoothing, new float[0]);
    }

    /**
     * Makes a softmax cross-entropy that multiplies each row's loss by the weight of its class. The mean is over the rows, not
     * over the weights.
     *
     * @param classWeights a weight for each class, ≥ 0 and finite
     * @return the loss
     * @throws IllegalArgumentException if there is no weight or one is negative or not finite
     */
    static CrossEntropy weightedCrossEntropy(float... classWeights) {
        return new CrossEntropy(0, Checks.finite("classWeights", classWeights));
    }

    /**
     * Makes the loss that is squared near 0 and absolute beyond δ, averaged over the outputs.
     *
     * @param delta where the two meet, &gt; 0 and finite
     * @return the loss
     * @throws IllegalArgumentException if δ is not positive and finite
     * @see <a href="https://doi.org/10.1214/aoms/1177703732">Huber 1964</a>
     */
    static Huber huber(double delta) {
        return new Huber(delta);
    }

    /**
     * Makes softmax cross-entropy against probabilities that lie in the targets, {@code [batch, classes]}.
     *
     * @return the loss
     */
    static SoftCrossEntropy softCrossEntropy() {
        return new SoftCrossEntropy();
    }

    /**
     * Makes the loss of a student that learns from a teacher's logits and from the truth: {@code T² share} times the
     * cross-entropy of both softmaxes at temperature T, plus {@code 1 - share} times the cross-entropy against the class.
     * Targets are {@code [batch, classes + 1]}: the teacher's logits, then the class index.
     *
     * @param temperature what logits are divided by, &gt; 0 and finite
     * @param share how much the teacher counts, in [0, 1]
     * @return the loss
     * @throws IllegalArgumentException if a number is out of range
     * @see <a href="https://arxiv.org/abs/1503.02531">Hinton et al. 2015</a>
     */
    static Distillation distillation(double temperature, double share) {
        return new Distillation(temperature, share);
    }

    /**
     * Compares logits with classes.
     *
     * @param smoothing share of each target that goes evenly to all classes, in [0, 1)
     * @param classWeights a weight for each class; empty for 1 each; copied
     */
    @SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by value
    record CrossEntropy(double smoothing, float[] classWeights) implements Loss {
        /** Checks and copies the numbers. */
        public CrossEntropy {
            Checks.probability("smoothing", smoothing);
            classWeights = classWeights.clone();
            for (int i = 0; i < classWeights.length; i++) {
                if (!(classWeights[i] >= 0) || Float.isInfinite(classWeights[i])) {
                    throw new IllegalArgumentException(
                            "classWeights[%d] must be >= 0 and finite, got %s".formatted(i, classWeights[i]));
                }
            }
        }

        /**
         * Gives the weights.
         *
         * @return a copy
         */
        @Override
        public float[] classWeights() {
            return classWeights.clone();
        }

        /**
         * Gives this loss with smoothed targets.
         *
         * @param share of each target that goes evenly to all classes, in [0, 1)
         * @return a changed copy
         * @throws IllegalArgumentException if the share is outside [0, 1)
         */
        public CrossEntropy smoothed(double share) {
            return new CrossEntropy(share, classWeights);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof CrossEntropy that
                    && smoothing == that.smoothing
                    && Arrays.equals(classWeights, that.classWeights);
        }

        @Override
        public int hashCode() {
            return 31 * Double.hashCode(smoothing) + Arrays.hashCode(classWeights);
        }

        @Override
        public String toString() {
            return smoothing == 0 && classWeights.length == 0
                    ? "CROSS_ENTROPY"
                    : "CrossEntropy[smoothing=%s, classWeights=%s]".formatted(smoothing, Arrays.toString(classWeights));
        }
    }

    /**
     * Compares logits with targets in [0, 1], each output by itself.
     *
     * @param positiveWeight what the loss of positive targets is multiplied with, &gt; 0 and finite
     */
    record BinaryCrossEntropy(double positiveWeight) implements Loss {
        /** Checks the weight. */
        public BinaryCrossEntropy {
            Checks.positive("positiveWeight", positiveWeight);
        }

        @Override
        public String toString() {
            return positiveWeight == 1
                    ? "BINARY_CROSS_ENTROPY"
                    : "BinaryCrossEntropy[positiveWeight=%s]".formatted(positiveWeight);
        }
    }

    /** Squares the difference of outputs and targets. */
    record Mse() implements Loss {
        @Override
        public String toString() {
            return "MSE";
        }
    }

    /** Takes the absolute difference of outputs and targets. */
    record Mae() implements Loss {
        @Override
        public String toString() {
            return "MAE";
        }
    }

    /**
     * Squares small differences of outputs and targets and takes the absolute of large ones.
     *
     * @param delta where the two meet, &gt; 0 and finite
     */
    record Huber(double delta) implements Loss {
        /** Checks the number. */
        public Huber {
            Checks.positive("delta", delta);
        }
    }

    /** Compares logits with probabilities. */
    record SoftCrossEntropy() implements Loss {}

    /**
     * Compares a student's logits with a teacher's and with classes.
     *
     * @param temperature what logits are divided by, &gt; 0 and finite
     * @param share how much the teacher counts, in [0, 1]
     */
    record Distillation(double temperature, double share) implements Loss {
        /** Checks the numbers. */
        public Distillation {
            Checks.positive("temperature", temperature);
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("share must be in [0, 1], got " + share);
            }
        }
    }
}
