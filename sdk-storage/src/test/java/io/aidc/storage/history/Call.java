package io.aidc.storage.history;

/**
 * One operation of one process, with the answer it got.
 *
 * @param process who called; a process waits for an answer before it calls again
 * @param operation what was called and, if there was an answer, what it said
 * @param invoked when; any clock that all processes share and that never goes back
 * @param returned when the answer came, or {@link #OPEN}
 */
public record Call<O>(String process, O operation, long invoked, long returned) {
    /** No answer came: the call may take effect at any time after it was invoked, or never. */
    public static final long OPEN = Long.MAX_VALUE;

    public Call {
        if (returned < invoked) {
            throw new IllegalArgumentException(
                    "%s returned at %d before it was invoked at %d".formatted(operation, returned, invoked));
        }
    }

    public boolean isOpen() {
        return returned == OPEN;
    }
}
