package io.aidc.serving.runtime.ort;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.aidc.serving.InferenceException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.internal.Leases;
import io.aidc.serving.internal.NativeHandles;
import io.aidc.serving.internal.OrtErrors;
import io.aidc.serving.internal.OrtTensors;
import io.aidc.serving.runtime.LoadedModel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session and the input buffers of its concurrent runs.
 *
 * <p>Closing a session under a run kills the JVM, so runs hold a lease. There are as many sets of input buffers as runs
 * ever went on at once. Thread-safe.
 */
final class OrtModel implements LoadedModel {
    private static final Logger LOG = LoggerFactory.getLogger(OrtModel.class);

    private final OrtSession session;
    private final String version;
    private final NativeHandles handles;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Leases leases;
    private final ConcurrentLinkedQueue<InputBuffers> idle = new ConcurrentLinkedQueue<>();

    private OrtModel(OrtSession session, String version, NativeHandles handles) throws OrtException {
        this.session = session;
        this.version = version;
        this.handles = handles;
        this.inputs = specs(version, "input", session.getInputInfo().values());
        this.outputs = specs(version, "output", session.getOutputInfo().values());
        this.leases = new Leases("Model '" + version + "'");
    }

    /** Takes over the session, and closes it if its inputs or outputs are not for us. */
    static OrtModel of(OrtSession session, String version, NativeHandles handles) {
        try {
            return new OrtModel(session, version, handles);
        } catch (OrtException | RuntimeException e) {
            closeSession(session, version, handles);
            if (e instanceof OrtException refused) {
                throw OrtErrors.refusal(version, refused);
            }
            throw (RuntimeException) e;
        }
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> tensors) {
        leases.enter();
        try {
            InputBuffers free = idle.poll();
            InputBuffers buffers = free == null ? new InputBuffers(handles) : free;
            try {
                return answers(buffers.fill(tensors));
            } finally {
                idle.add(buffers);
            }
        } catch (OrtException e) {
            throw new InferenceException("Model '%s' failed: %s".formatted(version, e.getMessage()), e);
        } finally {
            leases.exit();
        }
    }

    @Override
    public void close() {
        if (!leases.closeAndDrain()) {
            return;
        }
        for (InputBuffers buffers : idle) {
            buffers.close();
        }
        closeSession(session, version, handles);
    }

    private Map<String, Tensor> answers(Map<String, OnnxTensor> tensors) throws OrtException {
        handles.opened();
        try (OrtSession.Result result = session.run(tensors)) {
            Map<String, Tensor> answers = new LinkedHashMap<>();
            for (Map.Entry<String, OnnxValue> output : result) {
                answers.put(output.getKey(), OrtTensors.copy((OnnxTensor) output.getValue()));
            }
            return answers;
        } finally {
            handles.closed();
        }
    }

    private static List<TensorSpec> specs(String version, String role, Collection<NodeInfo> nodes) {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            specs.add(OrtTensors.spec(version, role, node));
        }
        return List.copyOf(specs);
    }

    private static void closeSession(OrtSession session, String version, NativeHandles handles) {
        try {
            session.close();
            handles.closed();
        } catch (OrtException e) {
            LOG.warn("Closing a session failed, its native memory may be lost model={}", version, e);
        }
    }
}
