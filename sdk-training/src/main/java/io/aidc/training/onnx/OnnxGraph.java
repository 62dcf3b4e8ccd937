package io.aidc.training.onnx;

import static io.aidc.training.onnx.OnnxNodes.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import io.aidc.training.network.Layer;
import io.aidc.training.network.LayerReader;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxNodes.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/*
 * Where the operator set offers several forms, the one is taken that float32 runtimes compute precisely:
 * - LayerNormalization is often computed with mean(x²) - mean(x)², which cancels when the mean is large: rows are centred
 *   before it, which changes nothing else.
 * - GroupNormalization is not in the set; InstanceNormalization of the groups is, and is computed in two passes.
 * - Weights keep PyTorch's layout and name. Transpositions and the other order of the gates of recurrent layers are nodes on
 *   constants, which runtimes fold when they load the model.
 */
/** Reads layers as ONNX nodes; reading a layer adds its nodes and gives the value they end with. */
final class OnnxGraph implements LayerReader<Value> {
    private final Network network;
    private final Map<String, float[]> arrays;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final OnnxNodes nodes = new OnnxNodes();
    private final Value input;
    private final boolean shaped;
    private Value rows;
    private String path = "";

    /**
     * Reads a network.
     *
     * @param arrays parameters and statistics by name
     * @param shaped whether rows come and go in the network's shapes instead of flat
     */
    OnnxGraph(Network network, Map<String, float[]> arrays, boolean shaped) {
        this.network = network;
        this.arrays = arrays;
        this.shaped = shaped;
        for (Parameter array : network.parameters()) {
            shapes.put(array.name(), array.shape());
        }
        for (Parameter array : network.statistics()) {
            shapes.put(array.name(), array.shape());
        }
        input = new Value(OnnxExport.INPUT, shaped ? network.input() : Shape.of(network.inputs()));
        nodes.at("input");
        rows = reshaped(input, network.input());
        rows = through(network.layers());
        path = "";
        nodes.at("output");
    }

    void softmax() {
        rows = reshaped(rows, Shape.of(rows.row().size()));
        rows = same("Softmax", attribute("axis", 1));
    }

    void sigmoid() {
        rows = same("Sigmoid");
    }

    /** Ends the graph with an output of this name. */
    ModelProto model(String output) {
        rows = reshaped(rows, shaped ? network.output() : Shape.of(network.outputs()));
        return nodes.model(input, rows, output);
    }

    private Value through(List<Layer> layers) {
        String before = path;
        for (int i = 0; i < layers.size(); i++) {
            read(layers.get(i), before + i);
        }
        path = before;
        return rows;
    }

    private void read(Layer layer, String own) {
        path = own + ".";
        nodes.at(own);
        rows = layer.read(this);
        nodes.at(own);
        nodes.describe(rows);
    }

    @Override
    public Value linear(Layer.Linear layer) {
        return affine(rows, "weight", layer.bias() ? "bias" : "", layer.outputs());
    }

    /** {@code x Wᵀ + b} of the last axis; no bias if its kind is empty. */
    private Value affine(Value from, String weight, String bias, int outputs) {
        List<String> operands = new ArrayList<>(List.of(from.name(), array(weight)));
        if (from.row().rank() == 1) {
            if (!bias.isEmpty()) {
                operands.add(array(bias));
            }
            return new Value(nodes.add("Gemm", operands, attribute("transB", 1)), Shape.of(outputs));
        }
        String turned = nodes.add("Transpose", List.of(operands.get(1)), attribute("perm", 1, 0));
        String product = nodes.add("MatMul", List.of(from.name(), turned));
        List<Integer> extents = new ArrayList<>(from.row().extents());
        extents.set(extents.size() - 1, outputs);
        return new Value(
                bias.isEmpty() ? product : nodes.add("Add", List.of(product, array(bias))), new Shape(extents));
    }

    @Override
    public Value conv2d(Layer.Conv2d layer) {
        List<String> operands = new ArrayList<>(List.of(rows.name(), array("weight")));
        if (layer.bias()) {
            operands.add(array("bias"));
        }
        String result = nodes.add(
                "Conv",
                operands,
                attribute("kernel_shape", layer.kernel(), layer.kernel()),
                attribute("strides", layer.stride(), layer.stride()),
                attribute("pads", around(layer.padding())),
                attribute("group", layer.groups()));
        return new Value(
                result,
                Shape.of(
                        layer.outputs(),
                        windows(1, layer.kernel(), layer.stride(), layer.padding()),
                        windows(2, layer.kernel(), layer.stride(), layer.padding())));
    }

    @Override
    public Value convTranspose2d(Layer.ConvTranspose2d layer) {
        String result = nodes.add(
                "ConvTranspose",
                List.of(rows.name(), array("weight"), array("bias")),
                attribute("kernel_shape", layer.kernel(), layer.kernel()),
                attribute("strides", layer.stride(), layer.stride()),
                attribute("pads", around(layer.padding())),
                attribute("output_padding", layer.outputPadding(), layer.outputPadding()));
        return new Value(result, Shape.of(layer.outputs(), enlarged(layer, 1), enlarged(layer, 2)));
    }

    private int enlarged(Layer.ConvTranspose2d layer, int axis) {
        return (rows.row().extent(axis) - 1) * layer.stride()
                - 2 * layer.padding()
                + layer.kernel()
                + layer.outputPadding();
    }

    @Override
    public Value pool2d(Layer.Pool2d layer) {
        boolean max = layer.pooling() == Layer.Pooling.MAX;
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                attribute("kernel_shape", layer.kernel(), layer.kernel()),
                attribute("strides", layer.stride(), layer.stride()),
                attribute("pads", around(layer.padding())),
                attribute("ceil_mode", 0)));
        if (!max) {
            attributes.add(attribute("count_include_pad", 1));
        }
        String result = nodes.add(
                max ? "MaxPool" : "AveragePool", List.of(rows.name()), attributes.toArray(AttributeProto[]::new));
        return new Value(
                result,
                Shape.of(
                        rows.row().extent(0),
                        windows(1, layer.kernel(), layer.stride(), layer.padding()),
                        windows(2, layer.kernel(), layer.stride(), layer.padding())));
    }

    private int windows(int axis, int kernel, int stride, int padding) {
        return (rows.row().extent(axis) + 2 * padding - kernel) / stride + 1;
    }

    private static long[] around(int padding) {
        return new long[] {padding, padding, padding, padding};
    }

    @Override
    public Value mean(Layer.Mean layer) {
        boolean pixels = layer.over() == Layer.Mean.Over.PIXELS;
        AttributeProto axes = pixels ? attribute("axes", 2, 3) : attribute("axes", new long[] {1});
        String result = nodes.add("ReduceMean", List.of(rows.name()), axes, attribute("keepdims", 0));
        return new Value(result, Shape.of(rows.row().extent(pixels ? 0 : 1)));
    }

    @Override
    public Value lastStep(Layer.LastStep layer) {
        String last = nodes.integer("last", rows.row().extent(0) - 1L);
        return new Value(
                nodes.add("Gather", List.of(rows.name(), last), attribute("axis", 1)),
                Shape.of(rows.row().extent(1)));
    }

    @Override
    public Value activation(Layer.Activation layer) {
        return switch (layer.function()) {
            case RELU -> same("Relu");
            case LEAKY_RELU -> same("LeakyRelu", attribute("alpha", 0.01));
            case GELU -> gelu();
            case SILU ->
                with(nodes.add("Mul", List.of(rows.name(), same("Sigmoid").name())));
            case ELU -> same("Elu", attribute("alpha", 1.0));
            case SOFTPLUS -> same("Softplus");
            case TANH -> same("Tanh");
            case SIGMOID -> same("Sigmoid");
            case SOFTMAX -> same("Softmax", attribute("axis", -1));
        };
    }

    /** The operator set has no Gelu: x/2 (1 + erf(x / sqrt 2)). */
    private Value gelu() {
        String scaled = nodes.add("Mul", List.of(rows.name(), nodes.number(Math.sqrt(0.5))));
        String bracket = nodes.add("Add", List.of(nodes.add("Erf", List.of(scaled)), nodes.number(1)));
        String half = nodes.add("Mul", List.of(rows.name(), nodes.number(0.5)));
        return with(nodes.add("Mul", List.of(half, bracket)));
    }

    @Override
    public Value batchNorm(Layer.BatchNorm layer) {
        return with(nodes.add(
                "BatchNormalization",
                List.of(rows.name(), array("weight"), array("bias"), array("running_mean"), array("running_var")),
                attribute("epsilon", Layer.BatchNorm.EPSILON)));
    }

    @Override
    public Value groupNorm(Layer.GroupNorm layer) {
        Shape row = rows.row();
        float[] ones = new float[layer.groups()];
        Arrays.fill(ones, 1);
        Shape each = Shape.of(layer.groups());
        Value grouped = reshaped(rows, Shape.of(layer.groups(), row.size() / layer.groups()));
        String normal = nodes.add(
                "InstanceNormalization",
                List.of(
                        grouped.name(),
                        nodes.floats("ones/" + layer.groups(), ones, each),
                        nodes.floats("zeros/" + layer.groups(), new float[layer.groups()], each)),
                attribute("epsilon", Layer.GroupNorm.EPSILON));
        Value back = reshaped(new Value(normal, grouped.row()), row);
        long[] channelwise = new long[row.rank()];
        Arrays.fill(channelwise, 1);
        channelwise[0] = layer.channels();
        String scaled = nodes.add("Mul", List.of(back.name(), turned("weight", channelwise)));
        return with(nodes.add("Add", List.of(scaled, turned("bias", channelwise))));
    }

    /** A parameter of one axis, shaped so that it goes with the axes of a row. */
    private String turned(String kind, long... extents) {
        return extents.length == 1
                ? array(kind)
                : nodes.add("Reshape", List.of(array(kind), nodes.integers("channelwise", extents)));
    }

    @Override
    public Value layerNorm(Layer.LayerNorm layer) {
        String mean = nodes.add(
                "ReduceMean", List.of(rows.name()), attribute("axes", new long[] {-1}), attribute("keepdims", 1));
        String centred = nodes.add("Sub", List.of(rows.name(), mean));
        return with(nodes.add(
                "LayerNormalization",
                List.of(centred, array("weight"), array("bias")),
                attribute("axis", -1),
                attribute("epsilon", Layer.LayerNorm.EPSILON)));
    }

    @Override
    public Value rmsNorm(Layer.RmsNorm layer) {
        String squares = nodes.add("Mul", List.of(rows.name(), rows.name()));
        String mean =
                nodes.add("ReduceMean", List.of(squares), attribute("axes", new long[] {-1}), attribute("keepdims", 1));
        String root = nodes.add("Sqrt", List.of(nodes.add("Add", List.of(mean, nodes.number(Layer.RmsNorm.EPSILON)))));
        String normal = nodes.add("Div", List.of(rows.name(), root));
        return with(nodes.add("Mul", List.of(normal, array("weight"))));
    }

    @Override
    public Value dropout(Layer.Dropout layer) {
        return rows;
    }

    @Override
    public Value embedding(Layer.Embedding layer) {
        String ids = nodes.add("Cast", List.of(rows.name()), attribute("to", 7));
        return new Value(
                nodes.add("Gather", List.of(array("weight"), ids), attribute("axis", 0)),
                Shape.of(rows.row().extent(0), layer.width()));
    }

    @Override
    public Value positionalEncoding(Layer.PositionalEncoding layer) {
        int steps = rows.row().extent(0);
        String marks;
        if (layer.positions() == Positions.LEARNED) {
            marks = array("weight");
            if (steps < layer.steps()) {
                marks = nodes.add("Slice", List.of(marks, nodes.integers("from", 0), nodes.integers("to", steps)));
            }
        } else {
            marks = nodes.floats(
                    place("sinusoids"),
                    Arrays.copyOf(layer.sinusoids(), steps * layer.width()),
                    Shape.of(steps, layer.width()));
        }
        return with(nodes.add("Add", List.of(rows.name(), marks)));
    }

    @Override
    public Value attention(Layer.MultiHeadAttention layer) {
        int steps = rows.row().extent(0);
        int head = layer.width() / layer.heads();
        Value joined = affine(rows, "in_proj_weight", "in_proj_bias", 3 * layer.width());
        Value split = reshaped(joined, Shape.of(steps, 3, layer.heads(), head));
        String parts = nodes.add("Transpose", List.of(split.name()), attribute("perm", 2, 0, 3, 1, 4));
        String queries = nodes.add("Gather", List.of(parts, nodes.integer("queries", 0)), attribute("axis", 0));
        String keys = nodes.add("Gather", List.of(parts, nodes.integer("keys", 1)), attribute("axis", 0));
        String values = nodes.add("Gather", List.of(parts, nodes.integer("values", 2)), attribute("axis", 0));
        String turned = nodes.add("Transpose", List.of(keys), attribute("perm", 0, 1, 3, 2));
        String scaled = nodes.add("Mul", List.of(queries, nodes.number(1 / Math.sqrt(head))));
        String scores = nodes.add("MatMul", List.of(scaled, turned));
        if (layer.masked()) {
            scores = nodes.add("Add", List.of(scores, causalMask(steps)));
        }
        String weights = nodes.add("Softmax", List.of(scores), attribute("axis", -1));
        String gathered = nodes.add("MatMul", List.of(weights, values));
        String side = nodes.add("Transpose", List.of(gathered), attribute("perm", 0, 2, 1, 3));
        Value flat = reshaped(new Value(side, Shape.of(steps, layer.heads(), head)), rows.row());
        return affine(flat, "out_proj.weight", "out_proj.bias", layer.width());
    }

    /** The least float32 above the diagonal: added to a score it leaves nothing of its exponential. */
    private String causalMask(int steps) {
        float[] mask = new float[Math.multiplyExact(steps, steps)];
        for (int step = 0; step < steps; step++) {
            Arrays.fill(mask, step * steps + step + 1, (step + 1) * steps, -Float.MAX_VALUE);
        }
        return nodes.floats("causal_mask/" + steps, mask, Shape.of(steps, steps));
    }

    @Override
    public Value recurrent(Layer.Recurrent layer) {
        return new OnnxRecurrence(nodes, layer, this::array).read(rows);
    }

    @Override
    public Value sequential(Layer.Sequential layer) {
        return through(layer.layers());
    }

    @Override
    public Value residual(Layer.Residual layer) {
        Value before = rows;
        String own = path;
        Value body = through(layer.body().layers());
        rows = before;
        path = own + "shortcut.";
        Value shortcut = through(layer.shortcut().layers());
        path = own;
        nodes.at(place());
        return new Value(nodes.add("Add", List.of(body.name(), shortcut.name())), body.row());
    }

    @Override
    public Value concat(Layer.Concat layer) {
        Value before = rows;
        String own = path;
        List<String> joined = new ArrayList<>();
        int rank = 0;
        int along = 0;
        for (int i = 0; i < layer.branches().size(); i++) {
            rows = before;
            read(layer.branches().get(i), own + i);
            joined.add(rows.name());
            rank = rows.row().rank();
            along += rows.row().extent(layer.axis());
        }
        path = own;
        nodes.at(place());
        int axis = layer.axis() < 0 ? rank + layer.axis() : layer.axis();
        List<Integer> extents = new ArrayList<>(rows.row().extents());
        extents.set(axis, along);
        return new Value(nodes.add("Concat", joined, attribute("axis", axis + 1)), new Shape(extents));
    }

    @Override
    public Value flatten(Layer.Flatten layer) {
        return reshaped(rows, Shape.of(rows.row().size()));
    }

    @Override
    public Value reshape(Layer.Reshape layer) {
        return reshaped(rows, layer.shape());
    }

    @Override
    public Value clamp(Layer.Clamp layer) {
        Shape width = Shape.of(layer.low().length);
        String raised = nodes.add("Max", List.of(rows.name(), nodes.floats(place("low"), layer.low(), width)));
        return with(nodes.add("Min", List.of(raised, nodes.floats(place("high"), layer.high(), width))));
    }

    @Override
    public Value scale(Layer.Scale layer) {
        Shape width = Shape.of(layer.shift().length);
        String shifted = nodes.add("Sub", List.of(rows.name(), nodes.floats(place("shift"), layer.shift(), width)));
        return with(nodes.add("Mul", List.of(shifted, nodes.floats(place("factor"), layer.factor(), width))));
    }

    /** The same numbers in another shape; the value itself if it has that shape. */
    private Value reshaped(Value from, Shape to) {
        if (from.row().equals(to)) {
            return from;
        }
        // 0 keeps the extent of the batch axis.
        var kind = new StringBuilder("to");
        long[] extents = new long[to.rank() + 1];
        for (int i = 0; i < to.rank(); i++) {
            extents[i + 1] = to.extent(i);
            kind.append('_').append(to.extent(i));
        }
        String shape = nodes.integers(kind.toString(), extents);
        return new Value(nodes.add("Reshape", List.of(from.name(), shape)), to);
    }

    private Value same(String operator, AttributeProto... attributes) {
        return with(nodes.add(operator, List.of(rows.name()), attributes));
    }

    /** A value of the same shape as the rows. */
    private Value with(String name) {
        return new Value(name, rows.row());
    }

    /** An array of this layer, under its own name. */
    private String array(String kind) {
        String name = path + kind;
        return nodes.floats(
                name, Objects.requireNonNull(arrays.get(name), name), Objects.requireNonNull(shapes.get(name), name));
    }

    private String place() {
        return path.isEmpty() ? path : path.substring(0, path.length() - 1);
    }

    private String place(String kind) {
        return place() + "/" + kind;
    }
}
