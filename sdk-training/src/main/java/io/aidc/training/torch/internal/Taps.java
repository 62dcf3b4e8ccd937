package io.aidc.training.torch.internal;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Remembers, for each layer with parameters, what went in and what came out. */
final class Taps {
    /** Input without its graph, {@code [rows, inputs]}, and output within the graph, {@code [rows, outputs]}. */
    record Tap(Layer layer, Tensor input, Tensor output) {}

    /** Whether every array of a network belongs to a layer whose row gradients can be clipped. */
    static boolean coverAll(Network network) {
        return network.layers().stream()
                .allMatch(layer -> Network.arraysOf(layer).isEmpty()
                        || layer instanceof Layer.Linear
                        || layer instanceof Layer.LayerNorm);
    }

    private final List<Tap> taps = new ArrayList<>();

    /** The first output becomes the leaf that autograd works back to; later ones follow from it. */
    Tensor record(Layer layer, Tensor input, Tensor output) {
        if (taps.isEmpty()) {
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
