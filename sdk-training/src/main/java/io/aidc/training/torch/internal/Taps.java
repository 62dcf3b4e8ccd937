package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Remembers, for each layer with parameters, what went in and what came out. */
final class Taps {
    /** Input without its graph, {@code [rows, …]}, and output within the graph, {@code [rows, …]}. */
    record Tap(Layer layer, Tensor input, Tensor output) {}

    /** Whether every array of a network belongs to a layer whose row gradients {@link GhostRules} knows. */
    static boolean coverAll(Network network) {
        return network.layers().stream().allMatch(Taps::cover);
    }

    private static boolean cover(Layer layer) {
        if (layer instanceof Layer.Sequential sequential) {
            return sequential.layers().stream().allMatch(Taps::cover);
        }
        if (layer instanceof Layer.Residual residual) {
            return cover(residual.body()) && cover(residual.shortcut());
        }
        if (layer instanceof Layer.Concat concat) {
            return concat.branches().stream().allMatch(Taps::cover);
        }
        return Network.arraysOf(layer).isEmpty() || GhostRules.cover(layer);
    }

    private final List<Tap> taps = new ArrayList<>();

    /** An output that nothing before it leads autograd to becomes a leaf that it works back to. */
    Tensor record(Layer layer, Tensor input, Tensor output) {
        if (!output.requires_grad()) {
            output.requires_grad_(true);
        }
        taps.add(new Tap(layer, input.detach(), output));
        return output;
    }

    List<Tap> list() {
        return taps;
    }

    TensorVector outputs() {
        return new TensorVector(taps.stream().map(Tap::output).toArray(Tensor[]::new));
    }
}
