package io.aidc.serving;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;

/** Small models, made here so that no binary file has to be trusted. */
public final class TestModels {
    public static final int FLOAT = 1;
    public static final int INT64 = 7;

    private TestModels() {}

    /** A multi-layer perceptron with ReLU between the layers: {@code x [N, first] -> y [N, last]}. */
    public static byte[] mlp(long seed, int... widths) {
        Random random = new Random(seed);
        GraphProto.Builder graph = GraphProto.newBuilder().setName("mlp");
        graph.addInput(value("x", FLOAT, "N", widths[0]));
        String at = "x";
        for (int layer = 0; layer + 1 < widths.length; layer++) {
            boolean last = layer + 2 == widths.length;
            graph.addInitializer(weights("w" + layer, random, widths[layer], widths[layer + 1]));
            graph.addInitializer(weights("b" + layer, random, widths[layer + 1]));
            graph.addNode(node("Gemm", last ? "y" : "h" + layer, at, "w" + layer, "b" + layer));
            if (!last) {
                graph.addNode(node("Relu", "a" + layer, "h" + layer));
            }
            at = "a" + layer;
        }
        graph.addOutput(value("y", FLOAT, "N", widths[widths.length - 1]));
        return model(graph);
    }

    /** The same perceptron in plain Java, in double precision. */
    public static double[] mlpReference(long seed, float[] row, int... widths) {
        Random random = new Random(seed);
        double[] at = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            at[i] = row[i];
        }
        for (int layer = 0; layer + 1 < widths.length; layer++) {
            float[] w = gaussians(random, widths[layer] * widths[layer + 1], widths[layer]);
            float[] b = gaussians(random, widths[layer + 1], widths[layer + 1]);
            double[] next = new double[widths[layer + 1]];
            for (int j = 0; j < next.length; j++) {
                next[j] = b[j];
                for (int i = 0; i < at.length; i++) {
                    next[j] += at[i] * w[i * next.length + j];
                }
                if (layer + 2 < widths.length) {
                    next[j] = Math.max(0, next[j]);
                }
            }
            at = next;
        }
        return at;
    }

    /** {@code x -> y} of one operator over tensors of one type and shape {@code [N, width]}. */
    public static byte[] unary(String operator, int type, int width) {
        return model(GraphProto.newBuilder()
                .setName(operator)
                .addInput(value("x", type, "N", width))
                .addNode(node(operator, "y", "x"))
                .addOutput(value("y", type, "N", width)));
    }

    /** {@code z = a + b} over {@code [N, width]}. */
    public static byte[] sum(int width) {
        return model(GraphProto.newBuilder()
                .setName("sum")
                .addInput(value("a", FLOAT, "N", width))
                .addInput(value("b", FLOAT, "N", width))
                .addNode(node("Add", "z", "a", "b"))
                .addOutput(value("z", FLOAT, "N", width)));
    }

    /** Looks rows of a table of five up: {@code x [N, 1] int64 -> y [N, 1, 2]}; fails natively on an index of 5. */
    public static byte[] lookup() {
        return model(GraphProto.newBuilder()
                .setName("lookup")
                .addInitializer(weights("table", new Random(5), 5, 2))
                .addInput(value("x", INT64, "N", 1))
                .addNode(node("Gather", "y", "table", "x"))
                .addOutput(value("y", FLOAT, "N", 1, 2)));
    }

    /** Quantises with a range taken over the whole batch, so that a neighbour changes a row's answer. */
    public static byte[] sharedRange(int width) {
        return model(GraphProto.newBuilder()
                .setName("range")
                .addInput(value("x", FLOAT, "N", width))
                .addNode(node("DynamicQuantizeLinear", "q", "x").addOutput("s").addOutput("z"))
                .addNode(node("DequantizeLinear", "y", "q", "s", "z"))
                .addOutput(value("y", FLOAT, "N", width)));
    }

    /** The same in front of a softmax over {@code T}: {@code x [N, T] -> y [N, T]}; with one column it shows nothing. */
    public static byte[] sharedRangeOfAnyWidth() {
        return model(GraphProto.newBuilder()
                .setName("range")
                .addInput(value("x", FLOAT, "N", "T"))
                .addNode(node("DynamicQuantizeLinear", "q", "x").addOutput("s").addOutput("z"))
                .addNode(node("DequantizeLinear", "d", "q", "s", "z"))
                .addNode(node("Softmax", "y", "d"))
                .addOutput(value("y", FLOAT, "N", "T")));
    }

    /** The same for numbers around 600, which it scales itself: {@code sigmoid((x - 600) / 20)}. */
    public static byte[] sharedRangeAfterAScaler(int width) {
        return model(GraphProto.newBuilder()
                .setName("range")
                .addInput(value("x", FLOAT, "N", width))
                .addInitializer(constant("mean", 600))
                .addInitializer(constant("deviation", 20))
                .addNode(node("Sub", "c", "x", "mean"))
                .addNode(node("Div", "n", "c", "deviation"))
                .addNode(node("DynamicQuantizeLinear", "q", "n").addOutput("s").addOutput("z"))
                .addNode(node("DequantizeLinear", "d", "q", "s", "z"))
                .addNode(node("Sigmoid", "y", "d"))
                .addOutput(value("y", FLOAT, "N", width)));
    }

    /** A perceptron's scores as probabilities. */
    public static byte[] classifier(long seed, int inputs, int classes) {
        Random random = new Random(seed);
        return model(GraphProto.newBuilder()
                .setName("classifier")
                .addInput(value("x", FLOAT, "N", inputs))
                .addInitializer(weights("w", random, inputs, classes))
                .addNode(node("MatMul", "h", "x", "w"))
                .addNode(node(classes == 1 ? "Sigmoid" : "Softmax", "y", "h"))
                .addOutput(value("y", FLOAT, "N", classes)));
    }

    /** Says that rows may have any width and takes one of 1 only: {@code x [N, W] -> y [N, 2]}. */
    public static byte[] widthOfOne() {
        return model(GraphProto.newBuilder()
                .setName("one")
                .addInput(value("x", FLOAT, "N", "W"))
                .addInitializer(weights("w", new Random(1), 1, 2))
                .addNode(node("MatMul", "y", "x", "w"))
                .addOutput(value("y", FLOAT, "N", 2)));
    }

    /** Subtracts the batch's mean, another way in which rows meet. */
    public static byte[] batchMean(int width) {
        return model(GraphProto.newBuilder()
                .setName("mean")
                .addInput(value("x", FLOAT, "N", width))
                .addNode(node("ReduceMean", "m", "x")
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("axes")
                                .setType(AttributeProto.AttributeType.INTS)
                                .addInts(0)))
                .addNode(node("Sub", "y", "x", "m"))
                .addOutput(value("y", FLOAT, "N", width)));
    }

    /** One row only: {@code x [1, width]}. */
    public static byte[] fixedBatch(int width) {
        return model(GraphProto.newBuilder()
                .setName("fixed")
                .addInput(value("x", FLOAT, 1, width))
                .addNode(node("Relu", "y", "x"))
                .addOutput(value("y", FLOAT, 1, width)));
    }

    /** Rows of any width: {@code x [N, W]}. */
    public static byte[] anyWidth() {
        return model(GraphProto.newBuilder()
                .setName("any")
                .addInput(value("x", FLOAT, "N", "W"))
                .addNode(node("Neg", "y", "x"))
                .addOutput(value("y", FLOAT, "N", "W")));
    }

    /** Adds noise, a different one each time. */
    public static byte[] random(int width) {
        return model(GraphProto.newBuilder()
                .setName("random")
                .addInput(value("x", FLOAT, "N", width))
                .addNode(node("RandomNormalLike", "n", "x"))
                .addNode(node("Add", "y", "x", "n"))
                .addOutput(value("y", FLOAT, "N", width)));
    }

    /** A linear classifier with a ZipMap, as scikit-learn's converter makes them; labels in an order of their own. */
    public static byte[] zipMap() {
        NodeProto.Builder zip = node("ZipMap", "scores", "raw")
                .setDomain("ai.onnx.ml")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("classlabels_strings")
                        .setType(AttributeProto.AttributeType.STRINGS)
                        .addStrings(ByteString.copyFromUtf8("no"))
                        .addStrings(ByteString.copyFromUtf8("maybe"))
                        .addStrings(ByteString.copyFromUtf8("yes")));
        TypeProto map = TypeProto.newBuilder()
                .setMapType(TypeProto.Map.newBuilder().setKeyType(8).setValueType(tensorType(FLOAT)))
                .build();
        return model(GraphProto.newBuilder()
                .setName("zip")
                .addInput(value("x", FLOAT, "N", 3))
                .addNode(node("Relu", "raw", "x"))
                .addNode(zip)
                .addOutput(ValueInfoProto.newBuilder()
                        .setName("scores")
                        .setType(TypeProto.newBuilder()
                                .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(map)))));
    }

    /** A weight that says it lies in another file. */
    public static byte[] externalWeight(String location) {
        TensorProto weight = TensorProto.newBuilder()
                .setName("w")
                .setDataType(FLOAT)
                .addDims(1)
                .addDims(4)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(
                        StringStringEntryProto.newBuilder().setKey("location").setValue(location))
                .build();
        return model(GraphProto.newBuilder()
                .setName("external")
                .addInput(value("x", FLOAT, "N", 4))
                .addInitializer(weight)
                .addNode(node("Add", "y", "x", "w"))
                .addOutput(value("y", FLOAT, "N", 4)));
    }

    public static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setOpType(operator)
                .setName(output + "_node")
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    /** A tensor whose dimensions are numbers or names. */
    public static ValueInfoProto value(String name, int type, Object... dimensions) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object dimension : dimensions) {
            TensorShapeProto.Dimension.Builder each = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    dimension instanceof String text
                            ? each.setDimParam(text)
                            : each.setDimValue(((Number) dimension).longValue()));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }

    public static byte[] model(GraphProto.Builder graph) {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    public static float[] row(Random random, int width) {
        float[] row = new float[width];
        for (int i = 0; i < width; i++) {
            row[i] = (float) random.nextGaussian();
        }
        return row;
    }

    public static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    /** A source whose plaintext belongs to nobody who would have to be closed. */
    public static ModelSource decrypting(Callable<? extends ByteBuffer> plaintext) {
        return ModelSource.decrypting(() -> new Held(plaintext.call()), Held::bytes);
    }

    private static TypeProto tensorType(int type) {
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type))
                .build();
    }

    private static TensorProto constant(String name, float value) {
        return TensorProto.newBuilder()
                .setName(name)
                .setDataType(FLOAT)
                .addFloatData(value)
                .build();
    }

    private static TensorProto weights(String name, Random random, int... dimensions) {
        int size = 1;
        TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
        for (int dimension : dimensions) {
            size *= dimension;
            tensor.addDims(dimension);
        }
        ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(gaussians(random, size, dimensions[0]));
        return tensor.setRawData(ByteString.copyFrom(bytes)).build();
    }

    private static float[] gaussians(Random random, int size, int fanIn) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(fanIn));
        }
        return values;
    }

    private record Held(ByteBuffer bytes) implements AutoCloseable {
        @Override
        public void close() {}
    }
}
