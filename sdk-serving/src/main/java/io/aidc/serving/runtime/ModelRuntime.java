package io.aidc.serving.runtime;

import java.nio.ByteBuffer;

/**
 * Loads models into an engine.
 *
 * <p>Implementations are thread-safe.
 */
public interface ModelRuntime {

    /**
     * Returns the name and version of the engine.
     *
     * @return such as {@code onnxruntime 1.29.0}
     * @throws io.aidc.serving.RuntimeUnavailableException if the engine does not start
     */
    String name();

    /**
     * Loads a model.
     *
     * <p>When this returns or throws, the engine holds no reference to the buffer, which the caller then overwrites.
     *
     * @param model an ONNX file from position to limit, in a direct buffer
     * @param options how to load it
     * @return the model, which the caller closes
     * @throws io.aidc.serving.ModelLoadException if the model is refused; nothing is left behind
     * @throws io.aidc.serving.RuntimeUnavailableException if the engine does not start
     */
    LoadedModel load(ByteBuffer model, LoadOptions options);
}
