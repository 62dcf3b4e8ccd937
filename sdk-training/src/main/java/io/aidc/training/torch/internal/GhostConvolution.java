package io.aidc.training.torch.internal;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Gradients of the windows of a convolution, measured by Gram matrices and summed as libtorch sums them for a batch.
 *
 * @param outputPadding of a transposed convolution; -1 for one that is not
 */
record GhostConvolution(GhostWindows windows, int outputPadding) implements GhostGradients {
    @Override
    public GhostNorms norms() {
        return windows.norms();
    }

    @Override
    public void sumInto(Tensor target, boolean add, GhostFactors factors) {
        boolean transposed = outputPadding >= 0;
        Tensor input = transposed ? windows.narrow() : windows.wide();
        Tensor gradient = transposed ? windows.wide() : windows.narrow();
        Tensor sum = torch.convolution_backward(
                        factors.times(gradient),
                        factors.counted(input),
                        target,
                        new LongArrayRefOptional(),
                        new long[] {windows.stride(), windows.stride()},
                        new long[] {windows.padding(), windows.padding()},
                        new long[] {1, 1},
                        transposed,
                        new long[] {Math.max(outputPadding, 0), Math.max(outputPadding, 0)},
                        windows.groups(),
                        new BoolPointer(3).put(0, false).put(1, true).put(2, false))
                .get1();
        if (add) {
            target.add_(sum);
        } else {
            target.copy_(sum);
        }
    }
}
