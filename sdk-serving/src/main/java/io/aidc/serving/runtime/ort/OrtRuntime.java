package io.aidc.serving.runtime.ort;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.internal.NativeHandles;
import io.aidc.serving.internal.OnnxEnvironment;
import io.aidc.serving.internal.OrtErrors;
import io.aidc.serving.internal.OrtSessions;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import java.nio.ByteBuffer;

/**
 * Runs models on ONNX Runtime's CPU provider.
 *
 * <p>Sessions are created from memory and never from a file; the optimised graph and profiles, which hold plaintext,
 * are never written. A session has its own threads, as many as asked for, and they do not spin between runs. The memory
 * arena is on: it makes runs faster, grows to the largest run and is given back when the model is closed. Runs log
 * nothing natively, failures come as exceptions. All graph optimisations are on. Telemetry is off.
 *
 * <p>Thread-safe: any thread may load models.
 *
 * @see <a href="https://onnxruntime.ai/docs/performance/tune-performance/threading.html">ONNX Runtime, thread
 *     management</a>
 */
public final class OrtRuntime implements ModelRuntime {
    private final NativeHandles handles = new NativeHandles();

    /** Creates the runtime; the engine starts at the first load. */
    public OrtRuntime() {}

    @Override
    public String name() {
        return "onnxruntime " + OnnxEnvironment.shared().getVersion();
    }

    @Override
    public LoadedModel load(ByteBuffer model, LoadOptions options) {
        OrtEnvironment environment = OnnxEnvironment.shared();
        if (!model.hasRemaining()) {
            throw new ModelLoadException(
                    ModelLoadException.Reason.NOT_A_MODEL,
                    "Model '%s' must have bytes, got none".formatted(options.version()),
                    null);
        }
        try (SessionOptions sessionOptions = OrtSessions.options(options.threadsPerRun())) {
            OrtSession session = environment.createSession(model, sessionOptions);
            handles.opened();
            return OrtModel.of(session, options.version(), handles);
        } catch (OrtException e) {
            throw OrtErrors.refusal(options.version(), e);
        }
    }

    /**
     * Returns how many native objects (sessions, tensors, results) the models of this runtime hold, for leak tests.
     *
     * @return 0 when all models are closed
     */
    public long openHandles() {
        return handles.open();
    }
}
