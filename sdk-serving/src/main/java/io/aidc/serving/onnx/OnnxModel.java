package io.aidc.serving.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.aidc.serving.ElementType;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX model as a graph on the heap, to be read and edited.
 *
 * <p>Cost: the whole model is copied, so this is not for the plaintext of a model that must be wiped. Immutable.
 */
public final class OnnxModel {
    private final ModelProto model;

    private OnnxModel(ModelProto model) {
        this.model = model;
    }

    /**
     * Reads a model.
     *
     * @param bytes an ONNX file from position to limit; not modified
     * @return the model
     * @throws ModelLoadException {@code NOT_A_MODEL} if these are not the bytes of an ONNX model
     */
    public static OnnxModel read(ByteBuffer bytes) {
        try {
            ModelProto model = ModelProto.parseFrom(bytes.duplicate());
            if (model.hasGraph()) {
                return new OnnxModel(model);
            }
            throw notAModel("it has no graph", null);
        } catch (InvalidProtocolBufferException e) {
            throw notAModel(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Serialises the model.
     *
     * @return an ONNX file; the very bytes that were read if nothing was edited
     */
    public byte[] bytes() {
        return model.toByteArray();
    }

    /**
     * Returns what the model takes, as far as the file says; weights that are listed among the inputs are left out.
     *
     * @return in the order of the graph
     * @throws ModelLoadException {@code UNSUPPORTED_TYPE} if one is not a tensor of an {@link ElementType}
     */
    public List<TensorSpec> inputs() {
        Set<String> weights = model.getGraph().getInitializerList().stream()
                .map(TensorProto::getName)
                .collect(Collectors.toSet());
        return model.getGraph().getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .map(input -> spec("input", input))
                .toList();
    }

    /**
     * Returns what the model gives, as far as the file says.
     *
     * @return in the order of the graph
     * @throws ModelLoadException {@code UNSUPPORTED_TYPE} if one is not a tensor of an {@link ElementType}
     */
    public List<TensorSpec> outputs() {
        return model.getGraph().getOutputList().stream()
                .map(output -> spec("output", output))
                .toList();
    }

    /**
     * Replaces each ZipMap at the end of the graph by the tensor that feeds it.
     *
     * <p>ZipMap, which scikit-learn's converter adds, turns scores {@code [rows, classes]} into a list of maps from
     * label to score. The output keeps its name and becomes that tensor; {@link #classLabels} of the original model says
     * what its columns mean.
     *
     * @return the edited model; this one if it has no ZipMap
     */
    public OnnxModel withoutZipMap() {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            if (isZipMap(node)) {
                graph.setNode(
                        i,
                        NodeProto.newBuilder()
                                .setOpType("Identity")
                                .setName(node.getName())
                                .addInput(node.getInput(0))
                                .addOutput(node.getOutput(0)));
                retype(graph, node.getOutput(0), zipMapLabels(node).size());
            }
        }
        return new OnnxModel(model.toBuilder().setGraph(graph).build());
    }

    /**
     * Returns the labels of each ZipMap.
     *
     * @return column labels by output name, integers as decimal text; empty if the model has no ZipMap
     */
    public Map<String, List<String>> classLabels() {
        Map<String, List<String>> labels = new LinkedHashMap<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (isZipMap(node)) {
                labels.put(node.getOutput(0), zipMapLabels(node));
            }
        }
        return labels;
    }

    private static boolean isZipMap(NodeProto node) {
        return node.getOpType().equals("ZipMap") && node.getInputCount() == 1 && node.getOutputCount() == 1;
    }

    private static List<String> zipMapLabels(NodeProto zipMap) {
        List<String> labels = new ArrayList<>();
        for (AttributeProto attribute : zipMap.getAttributeList()) {
            if (attribute.getName().equals("classlabels_int64s")) {
                attribute.getIntsList().forEach(label -> labels.add(Long.toString(label)));
            } else if (attribute.getName().equals("classlabels_strings")) {
                attribute.getStringsList().stream()
                        .map(ByteString::toStringUtf8)
                        .forEach(labels::add);
            }
        }
        return List.copyOf(labels);
    }

    private static void retype(GraphProto.Builder graph, String name, int columns) {
        TensorShapeProto shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("rows"))
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
                .build();
        TypeProto scores = TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape))
                .build();
        for (ValueInfoProto.Builder output : graph.getOutputBuilderList()) {
            if (output.getName().equals(name)) {
                output.setType(scores);
            }
        }
    }

    private static TensorSpec spec(String role, ValueInfoProto value) {
        ElementType type = value.getType().hasTensorType()
                ? elementType(value.getType().getTensorType().getElemType())
                        .orElseThrow(() -> unsupported(
                                role,
                                value,
                                "element type "
                                        + value.getType().getTensorType().getElemType()))
                : refuse(role, value);
        List<Long> shape = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (TensorShapeProto.Dimension dimension :
                value.getType().getTensorType().getShape().getDimList()) {
            shape.add(dimension.hasDimValue() ? Math.max(dimension.getDimValue(), TensorSpec.OPEN) : TensorSpec.OPEN);
            names.add(dimension.getDimParam());
        }
        return new TensorSpec(value.getName(), type, shape, names);
    }

    private static ElementType refuse(String role, ValueInfoProto value) {
        throw unsupported(
                role,
                value,
                value.getType().getValueCase().name().replace("_TYPE", "").replace("VALUE_NOT_SET", "none"));
    }

    private static ModelLoadException unsupported(String role, ValueInfoProto value, String got) {
        return new ModelLoadException(
                ModelLoadException.Reason.UNSUPPORTED_TYPE,
                "%s '%s' must be a tensor of one of %s, got %s"
                        .formatted(role, value.getName(), List.of(ElementType.values()), got),
                null);
    }

    /** The numbers are those of {@code TensorProto.DataType}. */
    private static Optional<ElementType> elementType(int number) {
        return switch (number) {
            case 1 -> Optional.of(ElementType.FLOAT32);
            case 2 -> Optional.of(ElementType.UINT8);
            case 3 -> Optional.of(ElementType.INT8);
            case 5 -> Optional.of(ElementType.INT16);
            case 6 -> Optional.of(ElementType.INT32);
            case 7 -> Optional.of(ElementType.INT64);
            case 8 -> Optional.of(ElementType.STRING);
            case 9 -> Optional.of(ElementType.BOOL);
            case 10 -> Optional.of(ElementType.FLOAT16);
            case 11 -> Optional.of(ElementType.FLOAT64);
            case 16 -> Optional.of(ElementType.BFLOAT16);
            default -> Optional.empty();
        };
    }

    private static ModelLoadException notAModel(String what, @Nullable InvalidProtocolBufferException cause) {
        return new ModelLoadException(
                ModelLoadException.Reason.NOT_A_MODEL, "The bytes are not an ONNX model: " + what, cause);
    }
}
