package io.aidc.training.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.aidc.training.network.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the nodes and constants of a graph and gives each a name that tells where it belongs. */
final class OnnxNodes {
    /** A value between nodes: its name and the shape of a row, without the batch axis. */
    record Value(String name, Shape row) {}

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> constants = new HashSet<>();
    private final Map<String, Shape> described = new LinkedHashMap<>();
    private String place = "";

    /** Says where the nodes that follow belong, such as {@code 3.1}. */
    void at(String path) {
        place = path;
    }

    /** Adds a node with one output and gives that output's name. */
    String add(String operator, List<String> inputs, AttributeProto... attributes) {
        String base = place + "/" + operator;
        int before = uses.merge(base, 1, Integer::sum) - 1;
        String name = before == 0 ? base : base + "_" + before;
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    /** Tells runtimes and people the shape of a value. */
    void describe(Value value) {
        described.put(value.name(), value.row());
    }

    /** Adds float32 numbers under a name of the whole graph; under a name that is there, nothing is added. */
    String floats(String name, float[] values, Shape shape) {
        if (constants.add(name)) {
            var raw = ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(values);
            constant(name, TensorProto.DataType.FLOAT, raw, shape);
        }
        return name;
    }

    /** Adds one number that several layers may use. */
    String number(double value) {
        return floats("number/" + value, new float[] {(float) value}, Shape.of());
    }

    /** Adds whole numbers that belong to this place. */
    String integers(String kind, long... values) {
        return integers(kind, values, Shape.of(values.length));
    }

    /** Adds one whole number that belongs to this place. */
    String integer(String kind, long value) {
        return integers(kind, new long[] {value}, Shape.of());
    }

    private String integers(String kind, long[] values, Shape shape) {
        String name = place + "/" + kind;
        if (constants.add(name)) {
            var raw = ByteBuffer.allocate(Math.multiplyExact(values.length, Long.BYTES))
                    .order(ByteOrder.LITTLE_ENDIAN);
            raw.asLongBuffer().put(values);
            constant(name, TensorProto.DataType.INT64, raw, shape);
        }
        return name;
    }

    private void constant(String name, TensorProto.DataType type, ByteBuffer raw, Shape shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(type.getNumber())
                .setRawData(ByteString.copyFrom(raw));
        shape.extents().forEach(tensor::addDims);
        graph.addInitializer(tensor);
    }

    /** Ends the graph: the last node's output gets the name of the graph's. */
    ModelProto model(Value input, Value last, String output) {
        NodeProto.Builder end = graph.getNodeBuilder(graph.getNodeCount() - 1);
        if (!end.getOutput(0).equals(last.name())) {
            throw new AssertionError("the graph ends with %s, not with %s".formatted(end.getName(), last));
        }
        end.setOutput(0, output);
        described.remove(last.name());
        described.remove(input.name());
        described.forEach((name, row) -> graph.addValueInfo(info(name, row)));
        graph.addInput(info(input.name(), input.row())).addOutput(info(output, last.row()));
        return ModelProto.newBuilder()
                .setIrVersion(OnnxExport.IR_VERSION)
                .setProducerName("aidc-sdk-training")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxExport.OPSET))
                .setGraph(graph)
                .build();
    }

    private static ValueInfoProto info(String name, Shape row) {
        var shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
        for (int extent : row.extents()) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
        }
        var type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(shape);
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto attribute(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    static AttributeProto attribute(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }
}
