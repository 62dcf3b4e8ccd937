package io.aidc.storage.metadata;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a single node: files that are flushed before a command is answered. Opens no port.
 *
 * <p>See {@link LogFiles} for the files. Reads are answered from memory: no other node could know better.
 *
 * <p>Thread-safe: one thread named {@code aidc-storage-commit} writes.
 */
public final class LocalMetadataLog implements MetadataLog {
    private static final Logger LOG = LoggerFactory.getLogger(LocalMetadataLog.class);

    private final LocalLogOptions options;
    private final MetadataState state = new MetadataState();
    private final LogFiles log;
    private final GroupCommit commits;
    private final Watches watches;
    private volatile boolean closed;

    private LocalMetadataLog(LocalLogOptions options) throws IOException {
        this.options = options;
        log = LogFiles.open(options, state);
        watches = new Watches(state);
        commits = new GroupCommit("aidc-storage-commit", options.timeout(), (batch, deadline) -> write(batch));
    }

    /**
     * Opens or creates the log in a directory.
     *
     * @param options where and how
     * @return the log with all its commands applied
     * @throws DamagedLogException if a file is damaged where a power cut cannot have damaged it
     * @throws IOException if a file cannot be read or written
     */
    public static LocalMetadataLog open(LocalLogOptions options) throws IOException {
        return new LocalMetadataLog(options);
    }

    private List<Outcome> write(List<Command> batch) throws IOException {
        long millis = Math.max(options.clock().millis(), 0);
        return log.write(LogEntry.encode(millis, Batch.encode(batch)));
    }

    @Override
    public CompletableFuture<Outcome> submit(Command command) {
        return commits.submit(command);
    }

    @Override
    public List<Entry> read(List<String> keys, Duration maxAge) {
        refuseIfClosed();
        return state.get(keys);
    }

    @Override
    public List<Entry> scan(Range range, Duration maxAge) {
        refuseIfClosed();
        return state.scan(range);
    }

    @Override
    public Watch watch(String prefix, long after, Consumer<WatchEvent> listener) {
        return watches.add(prefix, after, listener);
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the metadata log is closed");
        }
    }

    @Override
    public MetadataState state() {
        return state;
    }

    @Override
    public @Nullable CommandArchive archive() {
        return options.archive();
    }

    @Override
    public long revisionSeen() {
        return state.revision();
    }

    @Override
    public Standing standing() {
        Standing.Role role = closed ? Standing.Role.NONE : Standing.Role.LEADER;
        return new Standing(role, options.node(), 0, log.entries() - 1);
    }

    @Override
    public void close() {
        closed = true;
        commits.close();
        watches.close();
        try {
            log.close();
        } catch (IOException e) {
            LOG.debug("Closing the log failed after its last flush directory={}", options.directory(), e);
        }
    }
}
