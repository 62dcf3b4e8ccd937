package io.aidc.serving.internal;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.TensorInfo.OnnxTensorType;
import io.aidc.serving.ElementType;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates between ONNX Runtime's tensors and ours. */
public final class OrtTensors {
    private OrtTensors() {}

    /**
     * Translates the description of an input or output.
     *
     * @param version the model, for the message
     * @param role {@code input} or {@code output}, for the message
     * @param node what ONNX Runtime says
     * @return the description
     * @throws ModelLoadException if it is not a tensor, or one of a type that Java cannot hold
     */
    public static TensorSpec spec(String version, String role, NodeInfo node) {
        if (!(node.getInfo() instanceof TensorInfo info)) {
            throw new ModelLoadException(
                    ModelLoadException.Reason.UNSUPPORTED_TYPE,
                    "Model '%s': %s '%s' must be a tensor, got %s"
                            .formatted(version, role, node.getName(), node.getInfo()),
                    null);
        }
        // by the ONNX type: the Java type calls UINT16 an INT16
        ElementType type = elementType(info.onnxType)
                .orElseThrow(() -> new ModelLoadException(
                        ModelLoadException.Reason.UNSUPPORTED_TYPE,
                        "Model '%s': %s '%s' must have one of the types %s, got %s"
                                .formatted(
                                        version,
                                        role,
                                        node.getName(),
                                        List.of(ElementType.values()),
                                        typeName(info.onnxType)),
                        null));
        List<Long> shape = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < info.getShape().length; i++) {
            shape.add(Math.max(info.getShape()[i], TensorSpec.OPEN));
            names.add(info.getDimensionNames()[i]);
        }
        return new TensorSpec(node.getName(), type, shape, names);
    }

    /**
     * Copies a tensor out of native memory.
     *
     * @param tensor left open
     * @return a tensor of the same type, shape and content
     * @throws OrtException if ONNX Runtime cannot read it
     */
    public static Tensor copy(OnnxTensor tensor) throws OrtException {
        TensorInfo info = tensor.getInfo();
        ElementType type = elementType(info.onnxType)
                .orElseThrow(() -> new OrtException("a tensor of type " + info.onnxType + " cannot be read in Java"));
        if (type == ElementType.STRING) {
            List<String> text = new ArrayList<>();
            flatten(tensor.getValue(), text);
            return Tensor.of(text.toArray(String[]::new), info.getShape());
        }
        return Tensor.wrapping(type, tensor.getByteBuffer(), info.getShape());
    }

    /**
     * Returns ONNX Runtime's name of a type.
     *
     * @param type not {@code STRING}
     * @return its name
     */
    public static OnnxJavaType javaType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            case STRING -> OnnxJavaType.STRING;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case BFLOAT16 -> OnnxJavaType.BFLOAT16;
        };
    }

    private static Optional<ElementType> elementType(OnnxTensorType type) {
        return switch (type) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> Optional.of(ElementType.FLOAT32);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> Optional.of(ElementType.FLOAT64);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> Optional.of(ElementType.INT8);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> Optional.of(ElementType.INT16);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> Optional.of(ElementType.INT32);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> Optional.of(ElementType.INT64);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> Optional.of(ElementType.UINT8);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> Optional.of(ElementType.BOOL);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> Optional.of(ElementType.STRING);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> Optional.of(ElementType.FLOAT16);
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> Optional.of(ElementType.BFLOAT16);
            default -> Optional.empty();
        };
    }

    /** Types that are newer than ONNX Runtime's Java API come as UNDEFINED. */
    private static String typeName(OnnxTensorType type) {
        return type == OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED
                ? "a type that ONNX Runtime's Java API does not know"
                : type.name().replace("ONNX_TENSOR_ELEMENT_DATA_TYPE_", "");
    }

    private static void flatten(Object value, List<String> into) {
        if (value instanceof Object[] many) {
            for (Object each : many) {
                flatten(each, into);
            }
        } else {
            into.add((String) value);
        }
    }
}
