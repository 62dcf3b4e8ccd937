package io.aidc.serving.runtime;

import io.aidc.serving.Tensor;
import io.aidc.serving.TensorSpec;
import java.util.List;
import java.util.Map;

/**
 * A model that is ready to run.
 *
 * <p>Implementations are thread-safe, {@code close()} during {@code run} included.
 */
public interface LoadedModel extends AutoCloseable {

    /**
     * Returns what the model takes.
     *
     * @return in the order of the graph
     */
    List<TensorSpec> inputs();

    /**
     * Returns what the model gives.
     *
     * @return in the order of the graph
     */
    List<TensorSpec> outputs();

    /**
     * Runs the model once, on the calling thread.
     *
     * @param inputs one tensor for each of {@link #inputs}, by name
     * @return one tensor for each of {@link #outputs}, by name; fresh, no part of it is used again
     * @throws io.aidc.serving.InferenceException if the engine fails, or the inputs do not fit; the model stays usable
     * @throws IllegalStateException if the model is closed
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs);

    /** Waits for runs in progress, then frees the native memory. A second call does nothing. */
    @Override
    void close();
}
