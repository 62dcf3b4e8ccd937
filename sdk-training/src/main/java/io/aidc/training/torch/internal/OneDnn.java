package io.aidc.training.torch.internal;

import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.LongArrayRefOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * oneDNN, which computes convolutions within libtorch. Version 3.7.1, that of libtorch 2.10, gives wrong gradients on some
 * processors if the channels are no multiple of 16 and the numbers of a channel lie together; where the channels of a pixel lie
 * together, they are right.
 */
final class OneDnn {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);
    private static final double TOLERANCE = 1e-3;
    private static final long[] ONE = {1, 1};

    /** Checks when it is first looked at, once in a process. */
    private static final class Once {
        static final boolean SOUND = isSound(false);
    }

    /** Checks the other order only where that is needed. */
    private static final class ByPixel {
        static final boolean SOUND = isSound(true);
    }

    private OneDnn() {}

    /** Puts images into an order that convolutions are right for, without oneDNN if it must be. */
    static Tensor arranged(Tensor images) {
        if (Once.SOUND) {
            return images;
        }
        if (!ByPixel.SOUND) {
            doWithout();
        }
        return byPixel(images);
    }

    /** Sees that convolutions are right whatever the order, for models that are not computed layer by layer. */
    static void settle() {
        if (!Once.SOUND) {
            doWithout();
        }
    }

    private static void doWithout() {
        if (torch.globalContext().userEnabledMkldnn()) {
            torch.globalContext().setUserEnabledMkldnn(false);
            LOG.warn("oneDNN gives wrong convolutions on this processor, going on without it, slower");
        }
    }

    private static Tensor byPixel(Tensor images) {
        return images.to(new TensorOptions(), false, false, new MemoryFormatOptional(torch.MemoryFormat.ChannelsLast));
    }

    private static boolean isSound(boolean byPixel) {
        return Tensors.scoped(() -> Math.max(error(false, byPixel), error(true, byPixel)) < TOLERANCE);
    }

    /** The largest error of the gradients of a convolution, or a transposed one, against float64, which oneDNN is not asked for. */
    private static double error(boolean transposed, boolean byPixel) {
        Tensor input = waves(4, transposed ? 5 : 3, 9, 10);
        Tensor gradient = waves(4, transposed ? 3 : 5, 9, 10);
        Tensor weight = waves(5, 3, 3, 3);
        T_TensorTensorTensor_T expected = gradients(
                gradient.to(torch.ScalarType.Double),
                input.to(torch.ScalarType.Double),
                weight.to(torch.ScalarType.Double),
                transposed);
        T_TensorTensorTensor_T actual = byPixel
                ? gradients(byPixel(gradient), byPixel(input), byPixel(weight), transposed)
                : gradients(gradient, input, weight, transposed);
        return Math.max(difference(actual.get0(), expected.get0()), difference(actual.get1(), expected.get1()));
    }

    private static T_TensorTensorTensor_T gradients(Tensor gradient, Tensor input, Tensor weight, boolean transposed) {
        return torch.convolution_backward(
                gradient,
                input,
                weight,
                new LongArrayRefOptional(),
                ONE,
                ONE,
                ONE,
                transposed,
                new long[] {0, 0},
                1,
                new BoolPointer(3).put(0, true).put(1, true).put(2, false));
    }

    private static double difference(Tensor actual, Tensor expected) {
        Tensor error = actual.to(torch.ScalarType.Double).sub(expected);
        return error.abs().max().item_double() / expected.abs().max().item_double();
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
}
