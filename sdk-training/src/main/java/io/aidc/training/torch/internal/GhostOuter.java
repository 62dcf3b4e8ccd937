package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of a matrix that each row passes once: products of two vectors, whose norm is the product of the norms.
 *
 * @param input {@code [rows, inputs]}
 * @param gradient of the output, {@code [rows, outputs]}
 */
record GhostOuter(Tensor input, Tensor gradient) implements GhostGradients {
    @Override
    public GhostNorms norms() {
        Tensor inputs = atMost(input);
        Tensor squares = inputs.mul(atMost(gradient));
        return new GhostNorms(squares, squares, torch.maximum(squares, inputs));
    }

    private static Tensor atMost(Tensor rows) {
        return GhostNorms.squares(rows).add_(Tensors.scalar(rows.size(1) * GhostNorms.LOST));
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        sum(target, add, factors.times(gradient), factors.counted(input));
    }

    /** Writes the product of the outputs' gradients, transposed, and the inputs. */
    static void sum(Tensor target, boolean add, Tensor gradient, Tensor input) {
        if (add) {
            target.addmm_(gradient.t(), input);
        } else {
            torch.mm_out(target, gradient.t(), input);
        }
    }
}
