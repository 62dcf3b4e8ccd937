package io.aidc.training.federated.http;

import org.jspecify.annotations.Nullable;

/**
 * Says that a client cannot take part: the server refuses it, or was not reachable for longer than the client is patient.
 * Nothing is left behind; trying again is safe.
 */
public final class FederatedHttpException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** What the server answered. */
    private final int status;

    FederatedHttpException(int status, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
    }

    /**
     * Gives what the server answered.
     *
     * @return the HTTP status, such as 401; 0 if it was not reachable
     */
    public int status() {
        return status;
    }
}
