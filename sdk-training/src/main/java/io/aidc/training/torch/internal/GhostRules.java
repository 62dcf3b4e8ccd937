package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Knows, for each kind of layer with arrays, how its row gradients follow from its input and the gradient of its output. */
final class GhostRules {
    private final GhostWorkspace workspace;

    /** Takes what row gradients are held in. */
    GhostRules(GhostWorkspace workspace) {
        this.workspace = workspace;
    }

    /** Whether the arrays of a layer, which holds no other layers, have a rule. */
    static boolean cover(Layer layer) {
        return layer instanceof Layer.Linear
                || layer instanceof Layer.MultiHeadAttention
                || layer instanceof Layer.Conv2d
                || layer instanceof Layer.ConvTranspose2d
                || layer instanceof Layer.Embedding
                || layer instanceof Layer.PositionalEncoding
                || layer instanceof Layer.LayerNorm
                || layer instanceof Layer.RmsNorm
                || layer instanceof Layer.GroupNorm;
    }

    /** The gradients of a layer's arrays in their order. */
    List<GhostGradients> of(Taps.Tap tap, Tensor gradientOfOutput) {
        Layer layer = tap.layer();
        Tensor input = tap.input().to(torch.ScalarType.Float);
        Tensor gradient = gradientOfOutput.to(torch.ScalarType.Float);
        if (layer instanceof Layer.Linear linear) {
            return linear(linear, input, gradient);
        }
        if (layer instanceof Layer.Conv2d conv) {
            var windows =
                    new GhostWindows(conv.kernel(), conv.stride(), conv.padding(), conv.groups(), input, gradient);
            return withBias(windows(windows, -1), conv.bias(), overPixels(gradient));
        }
        if (layer instanceof Layer.ConvTranspose2d conv) {
            var windows = new GhostWindows(conv.kernel(), conv.stride(), conv.padding(), 1, gradient, input);
            return withBias(windows(windows, conv.outputPadding()), true, overPixels(gradient));
        }
        if (layer instanceof Layer.Embedding embedding) {
            return List.of(new GhostTable(embedding.vocabulary(), input, gradient));
        }
        if (layer instanceof Layer.PositionalEncoding) {
            return List.of(GhostRows.of(gradient));
        }
        return normalisation(layer, input, gradient);
    }

    private List<GhostGradients> linear(Layer.Linear layer, Tensor input, Tensor gradient) {
        if (input.dim() == 2) {
            MeasuredRows outputs = MeasuredRows.of(gradient);
            var weight = new GhostOuter(MeasuredRows.of(input), outputs);
            return layer.bias() ? List.of(weight, new GhostRows(outputs)) : List.of(weight);
        }
        Tensor inputs = input.flatten(1, -2);
        Tensor gradients = gradient.flatten(1, -2);
        GhostGradients weight = GhostGram.pays(inputs.size(0), inputs.size(1), layer.outputs(), layer.inputs())
                ? new GhostGram(inputs, gradients)
                : GhostRows.of(torch.bmm_out(
                        workspace.part(inputs, inputs.size(0), layer.outputs(), layer.inputs()),
                        gradients.transpose(1, 2),
                        inputs));
        return withBias(weight, layer.bias(), gradients.sum(1));
    }

    private GhostGradients windows(GhostWindows windows, int outputPadding) {
        return windows.gramPays()
                ? new GhostConvolution(windows, outputPadding)
                : GhostRows.of(windows.gradients(workspace));
    }

    private static List<GhostGradients> normalisation(Layer layer, Tensor input, Tensor gradient) {
        if (layer instanceof Layer.LayerNorm norm) {
            Tensor normal =
                    torch.layer_norm(input, new long[] {norm.width()}, none(), none(), Layer.LayerNorm.EPSILON, false);
            return withBias(GhostRows.of(overPositions(gradient.mul(normal))), true, overPositions(gradient));
        }
        if (layer instanceof Layer.RmsNorm norm) {
            Tensor normal =
                    torch.rms_norm(input, new long[] {norm.width()}, none(), new DoubleOptional(Layer.RmsNorm.EPSILON));
            return List.of(GhostRows.of(overPositions(gradient.mul(normal))));
        }
        if (layer instanceof Layer.GroupNorm norm) {
            Tensor normal = torch.group_norm(input, norm.groups(), none(), none(), Layer.GroupNorm.EPSILON, false);
            return withBias(GhostRows.of(overPixels(gradient.mul(normal))), true, overPixels(gradient));
        }
        throw new AssertionError("no rule for " + layer);
    }

    private static List<GhostGradients> withBias(GhostGradients weight, boolean bias, Tensor gradient) {
        List<GhostGradients> gradients = new ArrayList<>(List.of(weight));
        if (bias) {
            gradients.add(GhostRows.of(gradient));
        }
        return gradients;
    }

    /** Sums all but the rows and the last axis away. */
    private static Tensor overPositions(Tensor rows) {
        return rows.dim() == 2 ? rows : rows.flatten(1, -2).sum(1);
    }

    /** Sums all but the rows and the channels away. */
    private static Tensor overPixels(Tensor rows) {
        return rows.dim() == 2 ? rows : rows.flatten(2, -1).sum(2);
    }

    private static TensorOptional none() {
        return Tensors.none();
    }
}
