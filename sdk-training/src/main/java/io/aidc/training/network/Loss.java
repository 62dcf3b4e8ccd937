package io.aidc.training.network;

/** Names what training makes small; the loss of a batch is the mean over its rows. */
public enum Loss {
    /** Softmax cross-entropy of logits {@code [batch, classes]} against class indices from 0. */
    CROSS_ENTROPY,
    /**
     * Sigmoid cross-entropy of logits {@code [batch, outputs]} against targets in [0, 1], averaged over the outputs. A
     * data set of two classes goes with one output, the logit of class 1.
     */
    BINARY_CROSS_ENTROPY,
    /** Squared difference of outputs and targets, both {@code [batch, outputs]}, averaged over the outputs. */
    MSE
}
