package io.aidc.training.network;

import java.util.ArrayList;
import java.util.List;

/** Reads layers as what they do to the shape of a row; refuses a row that a layer does not take. */
final class Shapes implements LayerReader<Shape> {
    /** One layer on the way, {@code path} its place such as {@code 3.1}, and the shape it hands on. */
    record Step(String path, Layer layer, Shape output) {}

    private final List<Step> steps = new ArrayList<>();
    private Shape row;
    private String path = "";
    private int branches;

    Shapes(Shape input) {
        row = input;
    }

    /** The shape that layers in order hand on. */
    Shape through(List<Layer> layers) {
        String before = path;
        for (int i = 0; i < layers.size(); i++) {
            path = before + i;
            Layer layer = layers.get(i);
            int index = steps.size();
            String own = path;
            path += ".";
            row = layer.read(this);
            path = own;
            steps.add(index, new Step(own, layer, row));
        }
        path = before;
        return row;
    }

    /** Every layer read, a layer before those within it. */
    List<Step> steps() {
        return steps;
    }

    @Override
    public Shape linear(Layer.Linear layer) {
        return lastAxis(layer, layer.inputs()).with(-1, layer.outputs());
    }

    @Override
    public Shape conv2d(Layer.Conv2d layer) {
        require(
                row.rank() == 3 && row.extent(0) == layer.inputs(),
                layer,
                "[%d, height, width]".formatted(layer.inputs()));
        return Shape.of(
                layer.outputs(),
                windows(layer, 1, layer.kernel(), layer.stride(), layer.padding()),
                windows(layer, 2, layer.kernel(), layer.stride(), layer.padding()));
    }

    @Override
    public Shape convTranspose2d(Layer.ConvTranspose2d layer) {
        require(
                row.rank() == 3 && row.extent(0) == layer.inputs(),
                layer,
                "[%d, height, width]".formatted(layer.inputs()));
        return Shape.of(layer.outputs(), enlarged(layer, 1), enlarged(layer, 2));
    }

    private int enlarged(Layer.ConvTranspose2d layer, int axis) {
        int extent =
                (row.extent(axis) - 1) * layer.stride() - 2 * layer.padding() + layer.kernel() + layer.outputPadding();
        require(extent > 0, layer, "images of which its padding of %d leaves something".formatted(layer.padding()));
        return extent;
    }

    @Override
    public Shape pool2d(Layer.Pool2d layer) {
        require(row.rank() == 3, layer, "[channels, height, width]");
        return Shape.of(
                row.extent(0),
                windows(layer, 1, layer.kernel(), layer.stride(), layer.padding()),
                windows(layer, 2, layer.kernel(), layer.stride(), layer.padding()));
    }

    private int windows(Layer layer, int axis, int kernel, int stride, int padding) {
        int room = row.extent(axis) + 2 * padding - kernel;
        require(room >= 0, layer, "images that hold its window of %d pixels".formatted(kernel));
        return room / stride + 1;
    }

    @Override
    public Shape mean(Layer.Mean layer) {
        if (layer.over() == Layer.Mean.Over.PIXELS) {
            require(row.rank() == 3, layer, "[channels, height, width]");
            return Shape.of(row.extent(0));
        }
        return steps(layer);
    }

    @Override
    public Shape lastStep(Layer.LastStep layer) {
        return steps(layer);
    }

    private Shape steps(Layer layer) {
        require(row.rank() == 2, layer, "[steps, width]");
        return Shape.of(row.extent(1));
    }

    @Override
    public Shape activation(Layer.Activation layer) {
        return row;
    }

    @Override
    public Shape batchNorm(Layer.BatchNorm layer) {
        require(
                (row.rank() == 1 || row.rank() == 3) && row.extent(0) == layer.channels(),
                layer,
                "[%1$d] or [%1$d, height, width]".formatted(layer.channels()));
        return row;
    }

    @Override
    public Shape groupNorm(Layer.GroupNorm layer) {
        require(row.rank() > 0 && row.extent(0) == layer.channels(), layer, "[%d, ...]".formatted(layer.channels()));
        return row;
    }

    @Override
    public Shape layerNorm(Layer.LayerNorm layer) {
        return lastAxis(layer, layer.width());
    }

    @Override
    public Shape rmsNorm(Layer.RmsNorm layer) {
        return lastAxis(layer, layer.width());
    }

    @Override
    public Shape dropout(Layer.Dropout layer) {
        return row;
    }

    @Override
    public Shape embedding(Layer.Embedding layer) {
        require(
                path.matches("(0\\.)+") && branches == 0 && row.rank() == 1,
                layer,
                "the ids [steps] a network begins with");
        return Shape.of(row.extent(0), layer.width());
    }

    @Override
    public Shape positionalEncoding(Layer.PositionalEncoding layer) {
        require(
                row.rank() == 2 && row.extent(0) <= layer.steps() && row.extent(1) == layer.width(),
                layer,
                "[up to %d, %d]".formatted(layer.steps(), layer.width()));
        return row;
    }

    @Override
    public Shape attention(Layer.MultiHeadAttention layer) {
        require(row.rank() == 2 && row.extent(1) == layer.width(), layer, "[steps, %d]".formatted(layer.width()));
        return row;
    }

    @Override
    public Shape recurrent(Layer.Recurrent layer) {
        require(row.rank() == 2 && row.extent(1) == layer.inputs(), layer, "[steps, %d]".formatted(layer.inputs()));
        return row.with(-1, layer.bidirectional() ? 2 * layer.hidden() : layer.hidden());
    }

    @Override
    public Shape sequential(Layer.Sequential layer) {
        return through(layer.layers());
    }

    @Override
    public Shape residual(Layer.Residual layer) {
        Shape input = row;
        branches++;
        Shape body = through(layer.body().layers());
        row = input;
        String before = path;
        path = before + "shortcut.";
        Shape shortcut = through(layer.shortcut().layers());
        path = before;
        branches--;
        if (!body.equals(shortcut)) {
            throw new IllegalArgumentException("%s: the body hands on rows of shape %s, but the shortcut %s"
                    .formatted(named(layer), body, shortcut));
        }
        return body;
    }

    @Override
    public Shape concat(Layer.Concat layer) {
        Shape input = row;
        Shape joined = null;
        branches++;
        String before = path;
        for (int i = 0; i < layer.branches().size(); i++) {
            row = input;
            path = before + i + ".";
            Shape branch = layer.branches().get(i).read(this);
            path = before;
            int axis = layer.axis() < 0 ? branch.rank() + layer.axis() : layer.axis();
            boolean fits = axis >= 0
                    && axis < branch.rank()
                    && (joined == null
                            || (joined.rank() == branch.rank()
                                    && joined.with(axis, 1).equals(branch.with(axis, 1))));
            if (!fits) {
                throw new IllegalArgumentException(
                        "%s: branch %d hands on rows of shape %s, which do not join along axis %d"
                                .formatted(named(layer), i, branch, layer.axis()));
            }
            joined = joined == null ? branch : joined.with(axis, joined.extent(axis) + branch.extent(axis));
        }
        branches--;
        if (joined == null) {
            throw new AssertionError("a concat has a branch");
        }
        return joined;
    }

    @Override
    public Shape flatten(Layer.Flatten layer) {
        return Shape.of(row.size());
    }

    @Override
    public Shape reshape(Layer.Reshape layer) {
        require(
                row.size() == layer.shape().size(),
                layer,
                "%d numbers".formatted(layer.shape().size()));
        return layer.shape();
    }

    @Override
    public Shape clamp(Layer.Clamp layer) {
        return lastAxis(layer, layer.low().length);
    }

    @Override
    public Shape scale(Layer.Scale layer) {
        return lastAxis(layer, layer.shift().length);
    }

    private Shape lastAxis(Layer layer, int extent) {
        require(
                row.rank() > 0 && row.extent(-1) == extent,
                layer,
                (row.rank() < 2 ? "[%d]" : "[..., %d]").formatted(extent));
        return row;
    }

    private void require(boolean fits, Layer layer, String taken) {
        if (!fits) {
            throw new IllegalArgumentException(
                    "%s takes rows of shape %s, but gets %s".formatted(named(layer), taken, row));
        }
    }

    private String named(Layer layer) {
        return "layer %s (%s)".formatted(path.endsWith(".") ? path.substring(0, path.length() - 1) : path, layer);
    }
}
