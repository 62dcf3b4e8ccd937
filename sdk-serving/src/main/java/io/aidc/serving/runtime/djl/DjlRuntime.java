package io.aidc.serving.runtime.djl;

import io.aidc.serving.ModelLoadException;
import io.aidc.serving.internal.OnnxEnvironment;
import io.aidc.serving.onnx.OnnxModel;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import java.nio.ByteBuffer;

/**
 * Runs models through the Deep Java Library on its ONNX engine, with the same native library as {@code OrtRuntime}.
 *
 * <p>Slower than {@code OrtRuntime} by DJL's own copies and bookkeeping; use it to stay on one API with other DJL code.
 * Needs {@code ai.djl:api} and {@code ai.djl.onnxruntime:onnxruntime-engine}, which are optional dependencies. DJL's
 * usage tracking is off if this module is the first to start DJL. DJL copies the model bytes to where nobody can wipe
 * them, so a confidential model is refused. Models with {@code INT16} inputs, without inputs, or with outputs that are
 * not tensors are refused too.
 *
 * <p>Thread-safe: any thread may load models.
 */
public final class DjlRuntime implements ModelRuntime {
    /** Creates the runtime; the engine starts at the first load. */
    public DjlRuntime() {}

    @Override
    public String name() {
        OnnxEnvironment.requireDjl();
        return DjlModel.engineName() + " on onnxruntime "
                + OnnxEnvironment.shared().getVersion();
    }

    @Override
    public LoadedModel load(ByteBuffer model, LoadOptions options) {
        OnnxEnvironment.requireDjl();
        if (options.secrecy() == LoadOptions.Secrecy.CONFIDENTIAL) {
            throw new ModelLoadException(
                    ModelLoadException.Reason.CONFIDENTIAL,
                    "Model '%s' is confidential and DJL keeps a copy of the model bytes that cannot be wiped: use OrtRuntime"
                            .formatted(options.version()),
                    null);
        }
        return DjlModel.load(OnnxModel.read(model), options);
    }
}
