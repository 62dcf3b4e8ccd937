package io.aidc.training.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Checks what can be checked of a graph without running it. */
final class OnnxStructure {
    /** Least and greatest number of inputs of each operator that an export may hold. */
    private static final Map<String, int[]> OPERATORS = operators();

    private final GraphProto graph;
    private final Set<String> known = new HashSet<>();
    private final Map<String, TensorProto> unused = new TreeMap<>();

    private OnnxStructure(ModelProto model) {
        graph = model.getGraph();
    }

    /**
     * Checks that each value is made once and before it is used, that constants are as large as their shapes say and are
     * used, that all arrays of the network are there, and that input and output are as wide as the network.
     *
     * @throws IllegalStateException naming the first thing that is wrong
     */
    static void check(ModelProto model, Network network) {
        var structure = new OnnxStructure(model);
        structure.constants(network);
        structure.nodes();
        structure.ends(network);
    }

    private void constants(Network network) {
        for (TensorProto constant : graph.getInitializerList()) {
            long size = TensorProto.DataType.FLOAT.getNumber() == constant.getDataType() ? Float.BYTES : Long.BYTES;
            for (long extent : constant.getDimsList()) {
                size = Math.multiplyExact(size, extent);
            }
            require(
                    size == constant.getRawData().size(),
                    "constant '%s' has another size than its shape".formatted(constant.getName()));
            require(known.add(constant.getName()), "the name '%s' is given twice".formatted(constant.getName()));
            unused.put(constant.getName(), constant);
        }
        Stream.concat(network.parameters().stream(), network.statistics().stream())
                .forEach(this::array);
    }

    private void array(Parameter array) {
        TensorProto constant = unused.get(array.name());
        require(constant != null, "the array '%s' is missing".formatted(array.name()));
        List<Long> shape =
                array.shape().extents().stream().map(Integer::longValue).toList();
        require(
                constant != null && constant.getDimsList().equals(shape),
                "the array '%s' has another shape than %s".formatted(array.name(), shape));
    }

    private void nodes() {
        known.add(graph.getInput(0).getName());
        for (NodeProto node : graph.getNodeList()) {
            int[] inputs = OPERATORS.get(node.getOpType());
            require(
                    inputs != null && node.getInputCount() >= inputs[0] && node.getInputCount() <= inputs[1],
                    "node '%s' is no %s of operator set %d"
                            .formatted(node.getName(), node.getOpType(), OnnxExport.OPSET));
            for (String input : node.getInputList()) {
                require(
                        known.contains(input),
                        "node '%s' uses '%s' before it is made".formatted(node.getName(), input));
                unused.remove(input);
            }
            for (String output : node.getOutputList()) {
                require(known.add(output), "the name '%s' is given twice".formatted(output));
            }
        }
        require(unused.isEmpty(), "constants are not used: %s".formatted(unused.keySet()));
    }

    private void ends(Network network) {
        require(
                known.contains(graph.getOutput(0).getName()),
                "the output '%s' is never made".formatted(graph.getOutput(0).getName()));
        require(
                width(0) == network.inputs(),
                "the input has not the network's %d features".formatted(network.inputs()));
        require(
                width(1) == network.outputs(),
                "the output has not the network's %d numbers".formatted(network.outputs()));
    }

    private long width(int end) {
        var shape = (end == 0 ? graph.getInput(0) : graph.getOutput(0))
                .getType()
                .getTensorType()
                .getShape();
        long width = 1;
        for (int i = 1; i < shape.getDimCount(); i++) {
            width *= shape.getDim(i).getDimValue();
        }
        return width;
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalStateException("the ONNX graph is broken: " + message);
        }
    }

    private static Map<String, int[]> operators() {
        Map<String, int[]> operators = new TreeMap<>();
        Stream.of(
                        "Cast",
                        "Elu",
                        "Erf",
                        "LeakyRelu",
                        "Relu",
                        "Sigmoid",
                        "Softmax",
                        "Softplus",
                        "Sqrt",
                        "Tanh",
                        "Transpose",
                        "ReduceMean",
                        "MaxPool",
                        "AveragePool")
                .forEach(name -> operators.put(name, new int[] {1, 1}));
        Stream.of("Add", "Sub", "Mul", "Div", "Max", "Min", "MatMul", "Gather", "Reshape", "Unsqueeze")
                .forEach(name -> operators.put(name, new int[] {2, 2}));
        Stream.of("Gemm", "Conv").forEach(name -> operators.put(name, new int[] {2, 3}));
        Stream.of("ConvTranspose", "InstanceNormalization", "LayerNormalization", "Slice")
                .forEach(name -> operators.put(name, new int[] {3, 3}));
        Stream.of("LSTM", "GRU").forEach(name -> operators.put(name, new int[] {4, 4}));
        operators.put("BatchNormalization", new int[] {5, 5});
        operators.put("Concat", new int[] {1, Integer.MAX_VALUE});
        return operators;
    }
}
