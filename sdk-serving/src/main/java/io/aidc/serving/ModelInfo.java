package io.aidc.serving;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Describes the model that a server answers with. Immutable.
 *
 * @param version the version that answers name
 * @param sha256 the SHA-256 of the model bytes as they were read, 64 hex digits
 * @param runtime what runs it, such as {@code onnxruntime 1.29.0}
 * @param inputs in the order of the graph
 * @param outputs in the order of the graph
 * @param classLabels for an output that was a list of label-to-score maps and is served as a tensor {@code [rows,
 *     classes]}: the label of each column, by output name
 * @param batching whether requests share runs, and if not, why
 */
public record ModelInfo(
        String version,
        String sha256,
        String runtime,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        Map<String, List<String>> classLabels,
        Batching batching) {
    /** Copies the collections. */
    public ModelInfo {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(runtime, "runtime");
        Objects.requireNonNull(batching, "batching");
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        classLabels = Map.copyOf(classLabels);
    }
}
