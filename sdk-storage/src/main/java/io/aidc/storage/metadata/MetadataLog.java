package io.aidc.storage.metadata;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An ordered, durable log of commands and the key-value state they build.
 *
 * <p>Commands are serializable and linearizable: each takes effect once, at one point between {@code submit} and the
 * completion of its future, in the same order everywhere. Reads see every command whose future completed before.
 *
 * <p>Implementations are thread-safe; each extends the contract test.
 */
public interface MetadataLog extends AutoCloseable {
    /**
     * Puts a command into the log.
     *
     * <p>When the future completes with {@link Outcome.Applied} the command is fsynced on a majority of the nodes (on the
     * one disk where there is one node). Blocks, within the log's time bound, only while 64 MiB of commands are waiting.
     *
     * @param command its encoded form has at most {@link Command#MAX_BYTES} bytes
     * @return completes on an internal thread, within the log's time bound; exceptionally with an {@link IOException} if the
     *     disk failed
     * @throws IllegalArgumentException if the command is too large; nothing was submitted
     * @throws IllegalStateException after {@code close()}
     */
    CompletableFuture<Outcome> submit(Command command);

    /**
     * Reads several keys at one point in the order. Blocks until a majority confirmed that the answer is current.
     *
     * @param keys at most 1,000
     * @return the entries found, in the order of {@code keys}; absent keys are left out
     * @throws NoMajorityException if no current answer came within the log's time bound
     * @throws IOException if the answer could not be read
     * @throws IllegalStateException after {@code close()}
     */
    List<Entry> read(List<String> keys) throws IOException;

    /**
     * Reads the entries whose key begins with a prefix, at one point in the order. Blocks like {@link #read}.
     *
     * @param prefix may be empty
     * @param limit at most this many entries, 1 to 10,000
     * @return in order of keys
     * @throws NoMajorityException if no current answer came within the log's time bound
     * @throws IOException if the answer could not be read
     * @throws IllegalStateException after {@code close()}
     */
    List<Entry> scan(String prefix, int limit) throws IOException;

    /**
     * Returns the highest revision this node has seen; may be behind.
     *
     * @return ≥ 0
     */
    long revisionSeen();

    /**
     * Returns this node's view of the log; may be behind.
     *
     * @return role, leader, term and commit index
     */
    Standing standing();

    /** Stops all threads and closes ports and files; idempotent. Waiting commands complete as {@link Outcome.Unanswered}. */
    @Override
    void close();
}
