package io.aidc.training.torch.internal;

import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Reads a network as libtorch operations, once, within the caller's scope. */
final class Forward implements Layer.Reader<Tensor> {
    private final Network network;
    private final Iterator<Tensor> parameters;
    private final @Nullable Generator dropout;
    private final @Nullable Taps taps;
    private Tensor rows = new Tensor();

    private Forward(Network network, List<Tensor> parameters, @Nullable Generator dropout, @Nullable Taps taps) {
        this.network = network;
        this.parameters = parameters.iterator();
        this.dropout = dropout;
        this.taps = taps;
    }

    static Forward inUse(Network network, List<Tensor> parameters) {
        return new Forward(network, parameters, null, null);
    }

    static Forward training(Network network, List<Tensor> parameters, Generator dropout) {
        return new Forward(network, parameters, dropout, null);
    }

    static Forward tapped(Network network, List<Tensor> parameters, Generator dropout, Taps taps) {
        return new Forward(network, parameters, dropout, taps);
    }

    Tensor of(Tensor features) {
        rows = features;
        for (Layer layer : network.layers()) {
            rows = layer.read(this);
        }
        return rows;
    }

    @Override
    public Tensor linear(Layer.Linear layer) {
        return tap(layer, torch.linear(rows, parameters.next(), next()));
    }

    @Override
    public Tensor relu(Layer.Relu layer) {
        return torch.relu(rows);
    }

    @Override
    public Tensor gelu(Layer.Gelu layer) {
        return torch.gelu(rows);
    }

    @Override
    public Tensor tanh(Layer.Tanh layer) {
        return torch.tanh(rows);
    }

    @Override
    public Tensor dropout(Layer.Dropout layer) {
        if (dropout == null || layer.probability() == 0) {
            return rows;
        }
        double kept = 1 - layer.probability();
        Tensor mask = torch.empty_like(rows).bernoulli_(kept, new GeneratorOptional(dropout));
        return rows.mul(mask.mul_(Tensors.scalar(1 / kept)));
    }

    @Override
    public Tensor layerNorm(Layer.LayerNorm layer) {
        return tap(
                layer,
                torch.layer_norm(rows, new long[] {layer.width()}, next(), next(), Layer.LayerNorm.EPSILON, false));
    }

    @Override
    public Tensor clamp(Layer.Clamp layer) {
        return torch.minimum(torch.maximum(rows, constant(layer.low())), constant(layer.high()));
    }

    @Override
    public Tensor scale(Layer.Scale layer) {
        return rows.sub(constant(layer.shift())).mul(constant(layer.factor()));
    }

    private Tensor tap(Layer layer, Tensor output) {
        return taps == null ? output : taps.record(layer, rows, output);
    }

    private TensorOptional next() {
        return new TensorOptional(parameters.next());
    }

    private static Tensor constant(float[] values) {
        return Tensors.over(FlatBuffers.floats(values), values.length).clone();
    }
}
