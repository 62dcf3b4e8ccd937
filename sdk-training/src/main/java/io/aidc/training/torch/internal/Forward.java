package io.aidc.training.torch.internal;

import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.LayerReader;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Recurrence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Reads layers as libtorch operations, once, within the caller's scope. */
final class Forward implements LayerReader<Tensor> {
    private final Device device;
    private final Iterator<Tensor> parameters;
    private final Iterator<Tensor> statistics;
    private final @Nullable Randomness randomness;
    private final @Nullable Taps taps;
    private final @Nullable Watch watch;
    private Tensor rows = new Tensor();
    private String path = "";

    /** Sees what each layer hands on, a layer within another first. */
    @FunctionalInterface
    interface Watch {
        void passed(String path, Layer layer, Tensor output);
    }

    /**
     * Prepares a pass.
     *
     * @param parameters trained arrays in the order of the layers
     * @param statistics running statistics in that order; changed in training
     * @param randomness what dropout is drawn from; null for a model in use
     * @param taps what remembers inputs and outputs; null for nothing
     * @param watch what sees each output; null for nothing
     */
    Forward(
            Device device,
            List<Tensor> parameters,
            List<Tensor> statistics,
            @Nullable Randomness randomness,
            @Nullable Taps taps,
            @Nullable Watch watch) {
        this.device = device;
        this.parameters = parameters.iterator();
        this.statistics = statistics.iterator();
        this.randomness = randomness;
        this.taps = taps;
        this.watch = watch;
    }

    Tensor through(List<Layer> layers, Tensor input) {
        rows = input;
        String before = path;
        for (int i = 0; i < layers.size(); i++) {
            if (watch != null) {
                path = before + i + ".";
            }
            rows = layers.get(i).read(this);
            if (watch != null) {
                watch.passed(before + i, layers.get(i), rows);
            }
        }
        path = before;
        return rows;
    }

    @Override
    public Tensor linear(Layer.Linear layer) {
        Tensor weight = parameters.next();
        return tap(layer, torch.linear(rows, weight, layer.bias() ? next() : Tensors.none()));
    }

    @Override
    public Tensor conv2d(Layer.Conv2d layer) {
        settleConvolutions();
        Tensor weight = parameters.next();
        return tap(
                layer,
                torch.conv2d(
                        rows,
                        weight,
                        layer.bias() ? next() : Tensors.none(),
                        new long[] {layer.stride(), layer.stride()},
                        new long[] {layer.padding(), layer.padding()},
                        new long[] {1, 1},
                        layer.groups()));
    }

    @Override
    public Tensor convTranspose2d(Layer.ConvTranspose2d layer) {
        settleConvolutions();
        Tensor weight = parameters.next();
        return tap(
                layer,
                torch.conv_transpose2d(
                        rows,
                        weight,
                        next(),
                        new long[] {layer.stride(), layer.stride()},
                        new long[] {layer.padding(), layer.padding()},
                        new long[] {layer.outputPadding(), layer.outputPadding()},
                        1,
                        1,
                        1));
    }

    private void settleConvolutions() {
        if (device.kind() == Device.Kind.CPU) {
            OneDnn.settle();
        }
    }

    @Override
    public Tensor pool2d(Layer.Pool2d layer) {
        long[] kernel = {layer.kernel(), layer.kernel()};
        long[] stride = {layer.stride(), layer.stride()};
        long[] padding = {layer.padding(), layer.padding()};
        return layer.pooling() == Layer.Pooling.MAX
                ? torch.max_pool2d(rows, kernel, stride, padding, new long[] {1, 1}, false)
                : torch.avg_pool2d(rows, kernel, stride, padding, false, true, new LongOptional());
    }

    @Override
    public Tensor mean(Layer.Mean layer) {
        return layer.over() == Layer.Mean.Over.PIXELS ? rows.mean(2, 3) : rows.mean(1);
    }

    @Override
    public Tensor lastStep(Layer.LastStep layer) {
        return rows.select(1, rows.size(1) - 1);
    }

    @Override
    public Tensor activation(Layer.Activation layer) {
        return switch (layer.function()) {
            case RELU -> torch.relu(rows);
            case LEAKY_RELU -> torch.leaky_relu(rows, Tensors.scalar(0.01));
            case GELU -> torch.gelu(rows);
            case SILU -> torch.silu(rows);
            case ELU -> torch.elu(rows);
            case SOFTPLUS -> torch.softplus(rows);
            case TANH -> torch.tanh(rows);
            case SIGMOID -> torch.sigmoid(rows);
            case SOFTMAX -> torch.softmax(rows, -1);
        };
    }

    @Override
    public Tensor batchNorm(Layer.BatchNorm layer) {
        Tensor gain = parameters.next();
        Tensor bias = parameters.next();
        Tensor mean = statistics.next();
        Tensor variance = statistics.next();
        boolean recomputing = randomness != null && randomness.isReplaying();
        return torch.batch_norm(
                rows,
                new TensorOptional(gain),
                new TensorOptional(bias),
                recomputing ? Tensors.none() : new TensorOptional(mean),
                recomputing ? Tensors.none() : new TensorOptional(variance),
                randomness != null,
                Layer.BatchNorm.MOMENTUM,
                Layer.BatchNorm.EPSILON,
                true);
    }

    @Override
    public Tensor groupNorm(Layer.GroupNorm layer) {
        return tap(layer, torch.group_norm(rows, layer.groups(), next(), next(), Layer.GroupNorm.EPSILON, true));
    }

    @Override
    public Tensor layerNorm(Layer.LayerNorm layer) {
        return tap(
                layer,
                torch.layer_norm(rows, new long[] {layer.width()}, next(), next(), Layer.LayerNorm.EPSILON, false));
    }

    @Override
    public Tensor rmsNorm(Layer.RmsNorm layer) {
        return tap(
                layer,
                torch.rms_norm(rows, new long[] {layer.width()}, next(), new DoubleOptional(Layer.RmsNorm.EPSILON)));
    }

    @Override
    public Tensor dropout(Layer.Dropout layer) {
        return randomness == null || layer.probability() == 0 ? rows : randomness.drop(rows, layer.probability());
    }

    @Override
    public Tensor embedding(Layer.Embedding layer) {
        return tap(layer, torch.embedding(parameters.next(), rows.to(torch.ScalarType.Long)));
    }

    @Override
    public Tensor positionalEncoding(Layer.PositionalEncoding layer) {
        Tensor marks = layer.positions() == Positions.LEARNED
                ? parameters.next()
                : constant(layer.sinusoids()).view(layer.steps(), layer.width());
        Tensor marked = rows.add(marks.narrow(0, 0, rows.size(1)));
        return layer.positions() == Positions.LEARNED ? tap(layer, marked) : marked;
    }

    @Override
    public Tensor attention(Layer.MultiHeadAttention layer) {
        long batch = rows.size(0);
        long steps = rows.size(1);
        long head = layer.width() / layer.heads();
        var in = new Layer.Linear(layer.width(), 3 * layer.width(), true);
        Tensor joined = tap(in, torch.linear(rows, parameters.next(), next()))
                .view(batch, steps, 3, layer.heads(), head)
                .permute(2, 0, 3, 1, 4);
        Tensor gathered = torch.scaled_dot_product_attention(
                joined.select(0, 0),
                joined.select(0, 1),
                joined.select(0, 2),
                Tensors.none(),
                0,
                layer.masked(),
                new DoubleOptional(),
                false);
        rows = gathered.transpose(1, 2).reshape(batch, steps, layer.width());
        return tap(new Layer.Linear(layer.width(), layer.width(), true), torch.linear(rows, parameters.next(), next()));
    }

    @Override
    public Tensor recurrent(Layer.Recurrent layer) {
        int ways = layer.bidirectional() ? 2 : 1;
        List<Tensor> weights = new ArrayList<>();
        for (int i = 0; i < 4 * ways; i++) {
            weights.add(parameters.next());
        }
        var flat = new TensorVector(weights.toArray(Tensor[]::new));
        Tensor state = torch.zeros(new long[] {ways, rows.size(0), layer.hidden()}, Tensors.floats(device));
        boolean training = randomness != null;
        // Without gradients libtorch gives an LSTM to oneDNN, which in bytedeco's builds answered wrongly if it
        // has few units. Asking for gradients keeps it away; no array of a model in use has one, so that nothing is
        // recorded.
        var guard = new AutoGradMode(true);
        try {
            return layer.cell() == Recurrence.LSTM
                    ? torch.lstm(rows, new TensorVector(state, state), flat, true, 1, 0, training, ways == 2, true)
                            .get0()
                    : torch.gru(rows, state, flat, true, 1, 0, training, ways == 2, true)
                            .get0();
        } finally {
            guard.close();
        }
    }

    @Override
    public Tensor sequential(Layer.Sequential layer) {
        return through(layer.layers(), rows);
    }

    @Override
    public Tensor residual(Layer.Residual layer) {
        Tensor input = rows;
        Tensor body = through(layer.body().layers(), input);
        return body.add(through(layer.shortcut().layers(), input));
    }

    @Override
    public Tensor concat(Layer.Concat layer) {
        Tensor input = rows;
        List<Tensor> joined = new ArrayList<>();
        for (Layer branch : layer.branches()) {
            joined.add(through(List.of(branch), input));
        }
        return torch.cat(
                new TensorVector(joined.toArray(Tensor[]::new)), layer.axis() < 0 ? layer.axis() : layer.axis() + 1);
    }

    @Override
    public Tensor flatten(Layer.Flatten layer) {
        return rows.flatten(1, -1);
    }

    @Override
    public Tensor reshape(Layer.Reshape layer) {
        return rows.reshape(Tensors.shape((int) rows.size(0), layer.shape()));
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

    private Tensor constant(float[] values) {
        Tensor view = Tensors.over(FlatBuffers.floats(values), values.length);
        return device.kind() == Device.Kind.CPU ? view.clone() : Tensors.on(device, view);
    }
}
