package io.aidc.storage;

/**
 * Is told how far a long read or publication is.
 *
 * <p>Called on the thread that works: first with what is there already, then after each chunk or part, last with {@code
 * doneBytes} equal to {@code totalBytes}. Throwing ends the work.
 */
@FunctionalInterface
public interface Progress {
    /** Takes no note, for callers who do not look. */
    Progress NONE = (doneBytes, totalBytes) -> {};

    /**
     * Takes note.
     *
     * @param doneBytes bytes verified, and stored where they are to be, so far; never less than before
     * @param totalBytes bytes of all files
     */
    void at(long doneBytes, long totalBytes);
}
