package io.aidc.training.torch.internal;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN, which computes convolutions within libtorch. Version 3.7.1, that of libtorch 2.10, gives wrong results on some
 * processors if the channels are no multiple of 16; there, libtorch's own convolutions take its place.
 */
final class OneDnn {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
    private static final double TOLERANCE = 1e-3;

    /** Checks when it is first looked at, once in a process. */
    private static final class Once {
        static final boolean SOUND = check();
    }

    private OneDnn() {}

    /** Sees that convolutions are right from here on; tells whether oneDNN computes them. */
    static boolean settle() {
        return Once.SOUND;
    }

    private static boolean check() {
        double error = Tensors.scoped(() -> {
            Tensor gradient = waves(4, 5, 9, 10);
            Tensor weight = waves(5, 3, 3, 3);
            Tensor expected = inputGradient(gradient.to(torch.ScalarType.Double), weight.to(torch.ScalarType.Double));
            Tensor difference =
                    inputGradient(gradient, weight).to(torch.ScalarType.Double).sub(expected);
            return difference.abs().max().item_double() / expected.abs().max().item_double();
        });
        boolean sound = error < TOLERANCE;
        if (!sound) {
            torch.globalContext().setUserEnabledMkldnn(false);
            LOG.warn("oneDNN gives wrong convolutions on this processor, going on without it, slower: error={}", error);
        }
        return sound;
    }

    /** Numbers in [-1, 1] that need no generator. */
    private static Tensor waves(long... shape) {
        long size = 1;
        for (long extent : shape) {
            size *= extent;
        }
        return torch.ones(size)
                .cumsum(0)
                .mul_(Tensors.scalar(1.7))
                .sin_()
                .view(shape)
                .contiguous();
    }

    /** In float64 libtorch does not ask oneDNN. */
    private static Tensor inputGradient(Tensor gradient, Tensor weight) {
        Tensor input = torch.zeros(new long[] {gradient.size(0), weight.size(1), gradient.size(2), gradient.size(3)})
                .to(gradient.scalar_type().intern());
        long[] one = {1, 1};
        return torch.convolution_backward(
                        gradient,
                        input,
                        weight,
                        new LongArrayRefOptional(),
                        one,
                        one,
                        one,
                        false,
                        new long[] {0, 0},
                        1,
                        new BoolPointer(3).put(0, true).put(1, false).put(2, false))
                .get0();
    }
}
