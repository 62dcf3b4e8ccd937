package io.aidc.training.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Reads layers as the arrays they hold and what those start from. */
final class Weights implements LayerReader<Weights> {
    /** Writes the first numbers of an array. */
    @FunctionalInterface
    private interface Start {
        void fill(float[] all, int offset, int size, RandomGenerator random);
    }

    /** A weight seen as a matrix: rows times columns is its size. */
    record Matrix(int rows, int columns, int fanIn, int fanOut) {}

    /** An array; {@code matrix} if an {@link Initializer} applies to it. */
    private record Entry(
            Parameter parameter, Start start, @Nullable Matrix matrix, boolean besideMatrix) {}

    private final List<Entry> trained = new ArrayList<>();
    private final List<Entry> statistics = new ArrayList<>();
    private String path = "";

    /** Reads layers in order. */
    Weights of(List<Layer> layers) {
        String before = path;
        for (int i = 0; i < layers.size(); i++) {
            path = before + i + ".";
            layers.get(i).read(this);
        }
        path = before;
        return this;
    }

    List<Parameter> parameters() {
        return trained.stream().map(Entry::parameter).toList();
    }

    List<Parameter> statistics() {
        return statistics.stream().map(Entry::parameter).toList();
    }

    /** Draws what training starts from: the trained arrays, then the statistics. */
    float[] initial(Initializer initializer, long seed) {
        var random = new SplittableRandom(seed);
        List<Entry> entries = new ArrayList<>(trained);
        entries.addAll(statistics);
        float[] all = new float
                [entries.stream().mapToInt(entry -> entry.parameter().size()).sum()];
        int offset = 0;
        for (Entry entry : entries) {
            int size = entry.parameter().size();
            Matrix matrix = entry.matrix();
            if (initializer == Initializer.DEFAULT) {
                entry.start().fill(all, offset, size, random);
            } else if (matrix != null) {
                initializer.fill(all, offset, matrix, random);
            } else if (!entry.besideMatrix()) {
                entry.start().fill(all, offset, size, random);
            }
            offset += size;
        }
        return all;
    }

    @Override
    public Weights linear(Layer.Linear layer) {
        Start start = uniform(layer.inputs());
        matrix("weight", start, layer.inputs(), layer.outputs(), layer.outputs(), layer.inputs());
        if (layer.bias()) {
            bias("bias", start, layer.outputs());
        }
        return this;
    }

    @Override
    public Weights conv2d(Layer.Conv2d layer) {
        int window = layer.kernel() * layer.kernel();
        int channels = layer.inputs() / layer.groups();
        Start start = uniform(channels * window);
        matrix(
                "weight",
                start,
                channels * window,
                layer.outputs() / layer.groups() * window,
                layer.outputs(),
                channels,
                layer.kernel(),
                layer.kernel());
        if (layer.bias()) {
            bias("bias", start, layer.outputs());
        }
        return this;
    }

    @Override
    public Weights convTranspose2d(Layer.ConvTranspose2d layer) {
        int window = layer.kernel() * layer.kernel();
        Start start = uniform(layer.outputs() * window);
        matrix(
                "weight",
                start,
                layer.outputs() * window,
                layer.inputs() * window,
                layer.inputs(),
                layer.outputs(),
                layer.kernel(),
                layer.kernel());
        bias("bias", start, layer.outputs());
        return this;
    }

    @Override
    public Weights pool2d(Layer.Pool2d layer) {
        return this;
    }

    @Override
    public Weights mean(Layer.Mean layer) {
        return this;
    }

    @Override
    public Weights lastStep(Layer.LastStep layer) {
        return this;
    }

    @Override
    public Weights activation(Layer.Activation layer) {
        return this;
    }

    @Override
    public Weights batchNorm(Layer.BatchNorm layer) {
        gain(layer.channels());
        add("bias", constant(0), layer.channels());
        statistics.add(entry("running_mean", constant(0), null, false, layer.channels()));
        statistics.add(entry("running_var", constant(1), null, false, layer.channels()));
        return this;
    }

    @Override
    public Weights groupNorm(Layer.GroupNorm layer) {
        gain(layer.channels());
        add("bias", constant(0), layer.channels());
        return this;
    }

    @Override
    public Weights layerNorm(Layer.LayerNorm layer) {
        gain(layer.width());
        add("bias", constant(0), layer.width());
        return this;
    }

    @Override
    public Weights rmsNorm(Layer.RmsNorm layer) {
        gain(layer.width());
        return this;
    }

    private void gain(int width) {
        add("weight", constant(1), width);
    }

    @Override
    public Weights dropout(Layer.Dropout layer) {
        return this;
    }

    @Override
    public Weights embedding(Layer.Embedding layer) {
        add("weight", normal(1), layer.vocabulary(), layer.width());
        return this;
    }

    @Override
    public Weights positionalEncoding(Layer.PositionalEncoding layer) {
        if (layer.positions() == Positions.LEARNED) {
            add("weight", normal(0.02), layer.steps(), layer.width());
        }
        return this;
    }

    @Override
    public Weights attention(Layer.MultiHeadAttention layer) {
        int width = layer.width();
        double bound = Math.sqrt(6.0 / (4 * width));
        Start glorot = (all, offset, size, random) -> Initializer.uniform(all, offset, size, bound, random);
        matrix("in_proj_weight", glorot, width, 3 * width, 3 * width, width);
        bias("in_proj_bias", constant(0), 3 * width);
        matrix("out_proj.weight", uniform(width), width, width, width, width);
        bias("out_proj.bias", constant(0), width);
        return this;
    }

    @Override
    public Weights recurrent(Layer.Recurrent layer) {
        Start start = uniform(layer.hidden());
        int rows = layer.cell().gates() * layer.hidden();
        for (String way : layer.bidirectional() ? List.of("", "_reverse") : List.of("")) {
            add("weight_ih_l0" + way, start, rows, layer.inputs());
            add("weight_hh_l0" + way, start, rows, layer.hidden());
            add("bias_ih_l0" + way, start, rows);
            add("bias_hh_l0" + way, start, rows);
        }
        return this;
    }

    @Override
    public Weights sequential(Layer.Sequential layer) {
        return of(layer.layers());
    }

    @Override
    public Weights residual(Layer.Residual layer) {
        of(layer.body().layers());
        String before = path;
        path = before + "shortcut.";
        of(layer.shortcut().layers());
        path = before;
        return this;
    }

    @Override
    public Weights concat(Layer.Concat layer) {
        return of(layer.branches());
    }

    @Override
    public Weights flatten(Layer.Flatten layer) {
        return this;
    }

    @Override
    public Weights reshape(Layer.Reshape layer) {
        return this;
    }

    @Override
    public Weights clamp(Layer.Clamp layer) {
        return this;
    }

    @Override
    public Weights scale(Layer.Scale layer) {
        return this;
    }

    private void matrix(String name, Start start, int fanIn, int fanOut, int... extents) {
        int rows = extents[0];
        int size = Shape.of(extents).size();
        trained.add(entry(name, start, new Matrix(rows, size / rows, fanIn, fanOut), false, extents));
    }

    private void bias(String name, Start start, int width) {
        trained.add(entry(name, start, null, true, width));
    }

    private void add(String name, Start start, int... extents) {
        trained.add(entry(name, start, null, false, extents));
    }

    private Entry entry(String name, Start start, @Nullable Matrix matrix, boolean besideMatrix, int... extents) {
        return new Entry(new Parameter(path + name, Shape.of(extents)), start, matrix, besideMatrix);
    }

    private static Start uniform(int fan) {
        double bound = 1 / Math.sqrt(fan);
        return (all, offset, size, random) -> Initializer.uniform(all, offset, size, bound, random);
    }

    private static Start normal(double deviation) {
        return (all, offset, size, random) -> Initializer.normal(all, offset, size, deviation, random);
    }

    private static Start constant(float value) {
        return (all, offset, size, random) -> Arrays.fill(all, offset, offset + size, value);
    }
}
