package io.aidc.serving.runtime.ort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import io.aidc.serving.ElementType;
import io.aidc.serving.Tensor;
import io.aidc.serving.internal.NativeHandles;
import io.aidc.serving.internal.OnnxEnvironment;
import io.aidc.serving.internal.OrtTensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The direct buffers and native tensors that feed one run at a time.
 *
 * <p>They are kept because a heap buffer costs a hidden direct copy per run that only the garbage collector frees.
 * While shapes stay the same, so do the tensors. Confined: one run at a time.
 */
final class InputBuffers implements AutoCloseable {
    private final NativeHandles handles;
    private final Map<String, Port> ports = new HashMap<>();
    private final Map<String, OnnxTensor> tensors = new HashMap<>();

    InputBuffers(NativeHandles handles) {
        this.handles = handles;
    }

    /** Copies the inputs into native memory; the tensors returned are valid until the next call. */
    Map<String, OnnxTensor> fill(Map<String, Tensor> inputs) throws OrtException {
        if (ports.size() != inputs.size() || !ports.keySet().containsAll(inputs.keySet())) {
            close();
        }
        for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
            Port port = ports.computeIfAbsent(input.getKey(), name -> new Port());
            tensors.put(input.getKey(), port.fill(input.getValue()));
        }
        return tensors;
    }

    @Override
    public void close() {
        ports.values().forEach(Port::release);
        ports.clear();
        tensors.clear();
    }

    private final class Port {
        private ByteBuffer memory = ByteBuffer.allocateDirect(0);
        private @Nullable OnnxTensor tensor;
        private @Nullable ElementType type;
        private long[] shape = {};

        OnnxTensor fill(Tensor input) throws OrtException {
            if (input.type() == ElementType.STRING) {
                type = ElementType.STRING;
                return replaced(OnnxTensor.createTensor(OnnxEnvironment.shared(), input.strings(), input.shape()));
            }
            ByteBuffer bytes = input.bytes();
            long[] wanted = input.shape();
            OnnxTensor fitting = tensor;
            if (fitting == null || type != input.type() || !Arrays.equals(shape, wanted)) {
                if (memory.capacity() < bytes.remaining()) {
                    memory = ByteBuffer.allocateDirect(bytes.remaining());
                }
                ByteBuffer view = memory.slice(0, bytes.remaining()).order(ByteOrder.nativeOrder());
                release();
                fitting = replaced(OnnxTensor.createTensor(
                        OnnxEnvironment.shared(), view, wanted, OrtTensors.javaType(input.type())));
                type = input.type();
                shape = wanted;
            }
            memory.clear().put(bytes);
            return fitting;
        }

        void release() {
            if (tensor != null) {
                tensor.close();
                tensor = null;
                handles.closed();
            }
        }

        private OnnxTensor replaced(OnnxTensor created) {
            release();
            handles.opened();
            tensor = created;
            return created;
        }
    }
}
