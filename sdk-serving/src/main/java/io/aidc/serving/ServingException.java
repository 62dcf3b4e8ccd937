package io.aidc.serving;

import org.jspecify.annotations.Nullable;

/** The root of what can fail in this module in a way that a caller cannot plan for. */
public abstract sealed class ServingException extends RuntimeException
        permits ModelLoadException, InferenceException, RuntimeUnavailableException {
    private static final long serialVersionUID = 1;

    ServingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
