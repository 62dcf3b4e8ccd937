package io.aidc.storage;

/**
 * Is told how far a long read is.
 *
 * <p>Called on the thread that reads: first with what is there already, then after each chunk, last with {@code doneBytes} equal
 * to {@code totalBytes}. Throwing ends the read.
 */
@FunctionalInterface
public interface Progress {
    /**
     * Takes note.
     *
     * @param doneBytes verified bytes at their place so far, never less than before
     * @param totalBytes bytes of all files
     */
    void at(long doneBytes, long totalBytes);
}
