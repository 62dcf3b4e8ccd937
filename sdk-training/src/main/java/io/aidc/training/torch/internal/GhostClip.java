package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/*
 * Book-Keeping (Bu et al. 2023): one backward pass gives the gradient g of the loss with respect to each layer's output.
 * With the layer's input a, row i's parameter gradients follow without being stored:
 *
 *   Linear      weight g_i a_i^T, squared norm |g_i|^2 |a_i|^2      bias g_i
 *   LayerNorm   gain g_i * xhat_i                                   bias g_i
 *
 * The squared norms of all layers are added, c_i = min(1, clip / norm_i), and the clipped sum of a Linear is the one
 * product (c g)^T a.
 *
 * c and c g are float32. Where the norm or |a| is beyond 2^110 clip they would be subnormal and too coarse to keep the bound,
 * so such a row is treated as one whose gradient is not finite.
 */
/** Clips the parameter gradient of each row and sums the clipped gradients, without materialising them. */
final class GhostClip {
    /** Keeps the rounding of norm and product, some 2^-20 relative, from exceeding the clip norm. */
    private static final double GUARD = 1 - 0x1p-16;

    private static final double LEAST_SQUARED_NORM = 1e-30;

    /** The largest row norm, and norm of a row's input to a layer, that is clipped, in clip norms. */
    private static final double REACH = 0x1p110;

    private record Factors(Layer layer, Tensor input, Tensor gradient) {}

    private final List<Factors> layers = new ArrayList<>();
    private final double clipNorm;

    /** Squared L2 norm of each row's gradient over all parameters, {@code [rows]}; float64 so that it cannot overflow. */
    private final Tensor squaredNorms;

    /** The largest of a row's squared gradient norm and the squared norms of its inputs to the layers, {@code [rows]}. */
    private final Tensor widest;

    /** Works back from a loss that is the sum over rows, never the mean. */
    GhostClip(Taps taps, Tensor loss, double clipNorm) {
        this.clipNorm = clipNorm;
        TensorVector gradients = torch.grad(new TensorVector(loss), taps.outputs());
        for (int i = 0; i < taps.list().size(); i++) {
            Taps.Tap tap = taps.list().get(i);
            layers.add(new Factors(tap.layer(), normalised(tap), gradients.get(i)));
        }
        squaredNorms = torch.zeros(layers.get(0).gradient().size(0)).to(torch.ScalarType.Double);
        Tensor inputs = torch.zeros_like(squaredNorms);
        for (Factors factors : layers) {
            Tensor gradient = rowSquares(factors.gradient());
            Tensor input = rowSquares(factors.input());
            Tensor weight = factors.layer() instanceof Layer.LayerNorm
                    ? rowSquares(factors.gradient().mul(factors.input()))
                    : gradient.mul(input);
            squaredNorms.add_(weight).add_(gradient);
            inputs = torch.maximum(inputs, input);
        }
        widest = torch.maximum(squaredNorms, inputs);
    }

    private static Tensor normalised(Taps.Tap tap) {
        if (tap.layer() instanceof Layer.LayerNorm norm) {
            return torch.layer_norm(
                    tap.input(),
                    new long[] {norm.width()},
                    new TensorOptional(),
                    new TensorOptional(),
                    Layer.LayerNorm.EPSILON,
                    false);
        }
        return tap.input();
    }

    private static Tensor rowSquares(Tensor rows) {
        Tensor wide = rows.to(torch.ScalarType.Double);
        return wide.mul(wide).sum(1);
    }

    /** Writes weight and bias sums of each layer, in order. */
    void sumInto(List<Tensor> targets, boolean add) {
        double reach = clipNorm * REACH;
        Tensor within = widest.le(Tensors.scalar(Math.min(reach * reach, Double.MAX_VALUE)));
        boolean allWithin = within.all().item_bool();
        Tensor norms = torch.clamp_min(squaredNorms, Tensors.scalar(LEAST_SQUARED_NORM))
                .sqrt();
        Tensor factor = torch.clamp_max(norms.reciprocal().mul(Tensors.scalar(clipNorm * GUARD)), Tensors.scalar(1))
                .to(torch.ScalarType.Float)
                .unsqueeze(1);
        Iterator<Tensor> target = targets.iterator();
        for (Factors layer : layers) {
            Tensor input = allWithin ? layer.input() : onlyRows(within, layer.input());
            Tensor clipped = (allWithin ? layer.gradient() : onlyRows(within, layer.gradient()))
                    .mul(allWithin ? factor : onlyRows(within, factor));
            Tensor weight = layer.layer() instanceof Layer.LayerNorm
                    ? clipped.mul(input).sum(0)
                    : torch.mm(clipped.t(), input);
            put(target.next(), weight, add);
            if (!(layer.layer() instanceof Layer.Linear linear) || linear.bias()) {
                put(target.next(), clipped.sum(0), add);
            }
        }
    }

    private static void put(Tensor target, Tensor value, boolean add) {
        if (add) {
            target.add_(value);
        } else {
            target.copy_(value);
        }
    }

    /** Zeroes the other rows by selection: a product with zero would keep NaN. */
    private static Tensor onlyRows(Tensor wanted, Tensor rows) {
        return torch.where(wanted.unsqueeze(1), rows, torch.zeros_like(rows));
    }
}
