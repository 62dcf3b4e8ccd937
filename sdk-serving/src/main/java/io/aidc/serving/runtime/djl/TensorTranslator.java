package io.aidc.serving.runtime.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.onnxruntime.engine.OrtNDArray;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.onnxruntime.OrtException;
import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.internal.OrtTensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Passes whole batches through DJL as they are: stacking and splitting is done outside, because DJL's own batchifier
 * needs a second engine.
 *
 * <p>Outputs are read from ONNX Runtime's tensors, since DJL scrambles text of more than one column. Thread-safe: it
 * holds nothing.
 */
final class TensorTranslator implements Translator<Map<String, Tensor>, Map<String, Tensor>> {
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    TensorTranslator(List<TensorSpec> inputs, List<TensorSpec> outputs) {
        this.inputs = inputs;
        this.outputs = outputs;
    }

    @Override
    public @Nullable Batchifier getBatchifier() {
        return null;
    }

    @Override
    public NDList processInput(TranslatorContext context, Map<String, Tensor> tensors) {
        if (tensors.size() != inputs.size()) {
            // DJL itself answers a request without inputs with nothing
            throw new IllegalArgumentException("inputs must be %s, got %s".formatted(inputs, tensors.keySet()));
        }
        NDList list = new NDList(tensors.size());
        tensors.forEach((name, tensor) -> {
            NDArray array = array(context.getNDManager(), tensor);
            array.setName(name);
            list.add(array);
        });
        return list;
    }

    @Override
    public Map<String, Tensor> processOutput(TranslatorContext context, NDList list) throws OrtException {
        Map<String, Tensor> answers = new LinkedHashMap<>();
        for (int i = 0; i < list.size(); i++) {
            OrtNDArray array = (OrtNDArray) list.get(i);
            answers.put(outputs.get(i).name(), OrtTensors.copy(array.getTensor()));
        }
        return answers;
    }

    private static NDArray array(NDManager manager, Tensor tensor) {
        Shape shape = new Shape(tensor.shape());
        if (tensor.type() == ElementType.STRING) {
            return manager.create(tensor.strings(), StandardCharsets.UTF_8, shape);
        }
        ByteBuffer bytes = tensor.bytes();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
        return manager.create(direct.put(bytes).flip(), shape, dataType(tensor.type()));
    }

    private static DataType dataType(ElementType type) {
        return switch (type) {
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
            case INT8 -> DataType.INT8;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case UINT8 -> DataType.UINT8;
            case BOOL -> DataType.BOOLEAN;
            case FLOAT16 -> DataType.FLOAT16;
            case BFLOAT16 -> DataType.BFLOAT16;
            case INT16, STRING -> throw new IllegalArgumentException("DJL has no tensor of " + type);
        };
    }
}
