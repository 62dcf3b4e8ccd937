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
import io.aidc.training.network.Layer;
import io.aidc.training.network.LayerReader;
import io.aidc.training.network.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads layers as ONNX nodes; reading a layer adds its nodes and gives the name of the value they end with. */
final class OnnxGraph implements LayerReader<String> {
    private final Map<String, float[]> parameters;
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
    private String rows = OnnxExport.INPUT;
    private int layer;

    OnnxGraph(Network network, Map<String, float[]> parameters) {
        this.parameters = parameters;
        for (Layer next : network.layers()) {
            rows = next.read(this);
            layer++;
        }
    }

    void softmax() {
        rows = node("Softmax", List.of(rows), integer("axis", 1));
    }

    void sigmoid() {
        rows = node("Sigmoid", List.of(rows));
    }

    /** Names the last value and describes input and output. */
    ModelProto model(int inputs, int outputs, String output) {
        graph.getNodeBuilder(graph.getNodeCount() - 1).setOutput(0, output);
        graph.addInput(value(OnnxExport.INPUT, inputs)).addOutput(value(output, outputs));
        return ModelProto.newBuilder()
                .setIrVersion(OnnxExport.IR_VERSION)
                .setProducerName("aidc-sdk-training")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OnnxExport.OPSET))
                .setGraph(graph)
                .build();
    }

    @Override
    public String linear(Layer.Linear linear) {
        String weight = constant("weight", parameter("weight"), linear.outputs(), linear.inputs());
        String bias = constant("bias", parameter("bias"), linear.outputs());
        return node("Gemm", List.of(rows, weight, bias), integer("transB", 1));
    }

    @Override
    public String activation(Layer.Activation layer) {
        return switch (layer.function()) {
            case RELU -> node("Relu", List.of(rows));
            case GELU -> gelu();
            case TANH -> node("Tanh", List.of(rows));
            default -> throw new UnsupportedOperationException("no ONNX for " + layer);
        };
    }

    /** The operator set has no Gelu: x/2 (1 + erf(x / sqrt 2)). */
    private String gelu() {
        String scaled = node("Mul", List.of(rows, constant("rsqrt2", new float[] {(float) Math.sqrt(0.5)})));
        String erf = node("Erf", List.of(scaled));
        String bracket = node("Add", List.of(erf, constant("one", new float[] {1})));
        String half = node("Mul", List.of(rows, constant("half", new float[] {0.5f})));
        return node("Mul", List.of(half, bracket));
    }

    @Override
    public String dropout(Layer.Dropout dropout) {
        return rows;
    }

    @Override
    public String layerNorm(Layer.LayerNorm norm) {
        String gain = constant("weight", parameter("weight"), norm.width());
        String bias = constant("bias", parameter("bias"), norm.width());
        AttributeProto epsilon = AttributeProto.newBuilder()
                .setName("epsilon")
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) Layer.LayerNorm.EPSILON)
                .build();
        return node("LayerNormalization", List.of(rows, gain, bias), integer("axis", -1), epsilon);
    }

    @Override
    public String clamp(Layer.Clamp clamp) {
        String raised = node("Max", List.of(rows, constant("low", clamp.low(), clamp.low().length)));
        return node("Min", List.of(raised, constant("high", clamp.high(), clamp.low().length)));
    }

    @Override
    public String scale(Layer.Scale scale) {
        String shifted = node("Sub", List.of(rows, constant("shift", scale.shift(), scale.shift().length)));
        return node("Mul", List.of(shifted, constant("factor", scale.factor(), scale.shift().length)));
    }

    @Override
    public String conv2d(Layer.Conv2d layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String convTranspose2d(Layer.ConvTranspose2d layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String pool2d(Layer.Pool2d layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String mean(Layer.Mean layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String lastStep(Layer.LastStep layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String batchNorm(Layer.BatchNorm layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String groupNorm(Layer.GroupNorm layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String rmsNorm(Layer.RmsNorm layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String embedding(Layer.Embedding layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String positionalEncoding(Layer.PositionalEncoding layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String attention(Layer.MultiHeadAttention layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String recurrent(Layer.Recurrent layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String sequential(Layer.Sequential layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String residual(Layer.Residual layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String concat(Layer.Concat layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String flatten(Layer.Flatten layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    @Override
    public String reshape(Layer.Reshape layer) {
        throw new UnsupportedOperationException("no ONNX for " + layer);
    }

    private String node(String operator, List<String> inputs, AttributeProto... attributes) {
        String name = "%d.%s".formatted(graph.getNodeCount(), operator);
        graph.addNode(NodeProto.newBuilder()
                .setName(name)
                .setOpType(operator)
                .addAllInput(inputs)
                .addOutput(name)
                .addAllAttribute(List.of(attributes)));
        return name;
    }

    private float[] parameter(String kind) {
        return Objects.requireNonNull(parameters.get(layer + "." + kind), kind);
    }

    private String constant(String kind, float[] values, long... shape) {
        String name = layer + "." + kind;
        var raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(raw));
        for (long extent : shape) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return name;
    }

    private static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static ValueInfoProto value(String name, int width) {
        var batch = TensorShapeProto.Dimension.newBuilder().setDimParam("batch");
        var columns = TensorShapeProto.Dimension.newBuilder().setDimValue(width);
        var type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .setShape(TensorShapeProto.newBuilder().addDim(batch).addDim(columns));
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }
}
