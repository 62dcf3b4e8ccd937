package io.aidc.training.torch.internal;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of a matrix that each row passes once: products of two vectors, whose norm is the product of the norms.
 *
 * @param input {@code [rows, inputs]}
 * @param gradient of the output, {@code [rows, outputs]}
 */
record GhostOuter(MeasuredRows input, MeasuredRows gradient) implements GhostGradients {
    @Override
    public GhostNorms norms() {
        Tensor inputs = input.bounds();
        Tensor squares = inputs.mul(gradient.bounds());
        return new GhostNorms(squares, squares, torch.maximum(squares, inputs));
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        sum(target, add, factors.times(gradient.numbers()), factors.counted(input.numbers()));
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
