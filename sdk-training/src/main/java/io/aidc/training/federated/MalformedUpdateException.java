package io.aidc.training.federated;

/**
 * Says that a client answered with something that is no update. A {@link Population} fails a client's answer with it; it does
 * not leave the run, which reports the client as malformed and goes on.
 */
public final class MalformedUpdateException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what is wrong with the answer
     */
    public MalformedUpdateException(String message) {
        super(message);
    }
}
