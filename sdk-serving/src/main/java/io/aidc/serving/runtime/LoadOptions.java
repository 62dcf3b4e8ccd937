package io.aidc.serving.runtime;

import java.util.Objects;

/**
 * How a model is loaded. Immutable.
 *
 * @param version the version that messages name
 * @param threadsPerRun how many threads one run may use, the caller's included, &ge; 1
 * @param secrecy whether the model bytes may be copied
 */
public record LoadOptions(String version, int threadsPerRun, Secrecy secrecy) {
    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException if {@code threadsPerRun} is below 1
     */
    public LoadOptions {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(secrecy, "secrecy");
        if (threadsPerRun < 1) {
            throw new IllegalArgumentException("threadsPerRun must be >= 1, got " + threadsPerRun);
        }
    }

    /** Whether the model bytes may be copied. */
    public enum Secrecy {
        /** Copies are fine. */
        OPEN,
        /** No copy of the bytes may be left on the heap or on a disk; a runtime that cannot promise it refuses. */
        CONFIDENTIAL
    }
}
