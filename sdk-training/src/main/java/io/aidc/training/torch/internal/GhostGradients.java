package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;

/** The gradient of one array for each row of a batch, in a form that need not hold it. */
interface GhostGradients {
    /** How long they are. */
    GhostNorms norms();

    /**
     * Sums the gradients, each times its factor.
     *
     * @param target the array's part of the flat gradient, in the array's shape
     * @param add whether the sum is added to what is there
     */
    void sumInto(Tensor target, boolean add, GhostFactors factors);
}
