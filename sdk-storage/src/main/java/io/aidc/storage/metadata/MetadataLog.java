package io.aidc.storage.metadata;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
    default List<Entry> read(List<String> keys) throws IOException {
        return read(keys, Duration.ZERO);
    }

    /**
     * Reads several keys at one point in the order, which may be a little in the past.
     *
     * <p>The age is measured on this node's monotonic clock, from the start of its latest read that a majority confirmed; no
     * clocks are compared. If that is too long ago a majority is asked, as for {@link #read(List)}.
     *
     * @param keys at most 1,000
     * @param maxAge writes that were answered longer ago than this are seen; zero sees all
     * @return the entries found, in the order of {@code keys}; absent keys are left out
     * @throws NoMajorityException if no answer young enough came within the log's time bound
     * @throws IOException if the answer could not be read
     * @throws IllegalStateException after {@code close()}
     */
    List<Entry> read(List<String> keys, Duration maxAge) throws IOException;

    /**
     * Reads the entries of a range, at one point in the order. Blocks like {@link #read(List)}.
     *
     * @param range which
     * @return in order of keys
     * @throws NoMajorityException if no current answer came within the log's time bound
     * @throws IOException if the answer could not be read
     * @throws IllegalStateException after {@code close()}
     */
    default List<Entry> scan(Range range) throws IOException {
        return scan(range, Duration.ZERO);
    }

    /**
     * Reads the entries of a range at one point in the order, which may be a little in the past; see {@link #read(List,
     * Duration)}.
     *
     * @param range which
     * @param maxAge writes that were answered longer ago than this are seen
     * @return in order of keys
     * @throws NoMajorityException if no answer young enough came within the log's time bound
     * @throws IOException if the answer could not be read
     * @throws IllegalStateException after {@code close()}
     */
    List<Entry> scan(Range range, Duration maxAge) throws IOException;

    /**
     * Tells a listener of each change of the keys with a prefix, in order and once, as this node applies it.
     *
     * @param prefix may be empty
     * @param after changes after this revision are told; {@link #revisionSeen()} for those to come
     * @param listener called on one thread for all watches, which it must not hold up; what it throws ends its watch
     * @return ends the watch when closed; a call that is under way may still finish
     * @throws IllegalStateException after {@code close()}
     */
    Watch watch(String prefix, long after, Consumer<WatchEvent> listener);

    /**
     * Returns the state as this node has applied it.
     *
     * @return live; may be behind
     */
    MetadataState state();

    /**
     * Returns where this node keeps every entry it has applied.
     *
     * @return the archive, or null if none is kept
     */
    @Nullable
    CommandArchive archive();

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
