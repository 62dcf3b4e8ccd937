package io.aidc.serving;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when an engine cannot start: its jar is absent, its native library does not load on this platform, or another
 * part of the application started it in a way that leaves no room.
 *
 * <p>Nothing is left behind. Trying again in the same JVM will not help.
 */
public final class RuntimeUnavailableException extends ServingException {
    private static final long serialVersionUID = 1;

    /**
     * Creates the exception, for runtimes.
     *
     * @param message which engine, what is missing, and its Maven coordinates
     * @param cause what the JVM or the engine threw
     */
    public RuntimeUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
