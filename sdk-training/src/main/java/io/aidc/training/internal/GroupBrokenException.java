package io.aidc.training.internal;

/** Says that a worker of the group is gone or too slow; this worker is a witness, not the culprit. */
public final class GroupBrokenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public GroupBrokenException(String operation, int rank, Throwable cause) {
        super("worker %d: %s failed: %s".formatted(rank, operation, firstLine(cause)), cause);
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
}
