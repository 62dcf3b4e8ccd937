package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Rounds the weights of linear layers and convolutions to whole multiples of a step, as many of them as a number of bits tells
 * apart: {@code -m … m} with {@code m = 2^(bits-1) - 1}. Each output has a step of its own, its greatest weight by m.
 *
 * <p>A step is cut to 16 significant bits. So every multiple is exact in float32, the step can be told from the rounded weights,
 * and rounding them again changes nothing.
 *
 * @see <a href="https://arxiv.org/abs/1712.05877">Jacob et al. 2018, section 2.1</a>
 */
public final class WeightGrid {
    /** The fewest bits: -1, 0 and 1. */
    public static final int LEAST_BITS = 2;

    /** The most bits, those of a signed byte. */
    public static final int MOST_BITS = 8;

    /** Splits a float32 of 24 significant bits so that 16 of them are left (Dekker 1971). */
    private static final float SPLITTER = (1 << 8) + 1;

    private WeightGrid() {}

    /** The bits, if so many can be asked for. */
    public static int requireBits(int bits) {
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw new IllegalArgumentException(
                    "bits must be in [%d, %d], got %d".formatted(LEAST_BITS, MOST_BITS, bits));
        }
        return bits;
    }

    /** Tells for each array of a network whether it is rounded; its first axis is that of the outputs. */
    public static List<Boolean> rounded(Network network) {
        List<Boolean> marks = new ArrayList<>();
        network.layers().forEach(layer -> mark(layer, marks));
        return marks;
    }

    private static void mark(Layer layer, List<Boolean> marks) {
        if (layer instanceof Layer.Sequential sequential) {
            sequential.layers().forEach(inner -> mark(inner, marks));
        } else if (layer instanceof Layer.Residual residual) {
            mark(residual.body(), marks);
            mark(residual.shortcut(), marks);
        } else if (layer instanceof Layer.Concat concat) {
            concat.branches().forEach(inner -> mark(inner, marks));
        } else {
            boolean has = layer instanceof Layer.Linear || layer instanceof Layer.Conv2d;
            int arrays = Network.arraysOf(layer).size();
            for (int i = 0; i < arrays; i++) {
                marks.add(has && i == 0);
            }
        }
    }

    /** Rounds one output's weights in place. */
    public static void round(float[] numbers, int from, int to, int bits) {
        float greatest = 0;
        for (int i = from; i < to; i++) {
            greatest = Math.max(greatest, Math.abs(numbers[i]));
        }
        float step = greatest / multiples(bits);
        float spread = step * SPLITTER;
        step = Math.max(spread - (spread - step), Float.MIN_NORMAL);
        for (int i = from; i < to; i++) {
            numbers[i] = (float) Math.rint(numbers[i] / step) * step;
        }
    }

    /** What {@link #round} makes of an array, bit for bit on the processor. */
    static Tensor rounded(Tensor weights, int bits) {
        Tensor rows = weights.flatten(1, -1);
        Tensor step = rows.abs().amax(new long[] {1}, true).div(Tensors.scalar(multiples(bits)));
        Tensor spread = step.mul(Tensors.scalar(SPLITTER));
        Tensor cut = spread.sub(spread.sub(step)).clamp_min(Tensors.scalar(Float.MIN_NORMAL));
        return rows.div(cut).round().mul(cut).view_as(weights);
    }

    private static int multiples(int bits) {
        return (1 << (bits - 1)) - 1;
    }
}
