package io.aidc.serving;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a loaded model fails on an input that passed the input check.
 *
 * <p>Only the request that caused it fails: its batch mates are run again without it. The model stays loaded. The same
 * input will most likely fail again.
 */
public final class InferenceException extends ServingException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception, for runtimes.
     *
     * @param message which model failed and how
     * @param cause what the engine threw
     */
    public InferenceException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
