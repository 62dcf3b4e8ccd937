package io.aidc.storage.backup;

import io.aidc.storage.chunk.RelativeName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A backup about to be made.
 *
 * <p>Nothing is read or written before {@link #run()}. Confined: one thread at a time.
 */
public final class Backup {
    private static final int MAX_THREADS = 256;

    /** A snapshot of the options. */
    record Options(
            BackupSource source,
            BackupKind kind,
            List<String> tags,
            @Nullable String host,
            int threads,
            Consumer<BackupProgress> progress) {}

    /** Makes the backup. */
    interface Runner {
        BackupReport run(Options options) throws IOException;
    }

    private final BackupSource source;
    private final Runner runner;
    private final List<String> tags = new ArrayList<>();
    private @Nullable BackupKind kind;
    private @Nullable String host;
    private int threads;
    private @Nullable Consumer<BackupProgress> progress;

    Backup(BackupSource source, Runner runner) {
        this.source = Objects.requireNonNull(source, "source");
        this.runner = runner;
    }

    /**
     * Chooses which files are read. Default {@link BackupKind#INCREMENTAL}.
     *
     * @param value the kind
     * @return this
     * @throws IllegalStateException if a kind was chosen before
     */
    public Backup kind(BackupKind value) {
        refuseSecond("kind", kind);
        kind = Objects.requireNonNull(value, "kind");
        return this;
    }

    /**
     * Adds a tag to the snapshot.
     *
     * @param tag not empty, without a comma, and none that begins with {@code aidc-}
     * @return this
     * @throws IllegalArgumentException if the tag is not allowed
     */
    public Backup tag(String tag) {
        Objects.requireNonNull(tag, "tag");
        if (tag.isBlank() || tag.indexOf(',') >= 0 || tag.startsWith("aidc-")) {
            throw new IllegalArgumentException(
                    "tag must not be blank, have a comma or begin with aidc-, got '%s'".formatted(tag));
        }
        tags.add(tag);
        return this;
    }

    /**
     * Names the host in the snapshot. Default: this machine's name.
     *
     * @param name not blank
     * @return this
     * @throws IllegalArgumentException if it is blank
     * @throws IllegalStateException if a host was set before
     */
    public Backup host(String name) {
        refuseSecond("host", host);
        if (name.isBlank()) {
            throw new IllegalArgumentException("host must not be blank");
        }
        host = name;
        return this;
    }

    /**
     * Sets how many threads hash, seal and store. Default: one a processor, at least 2.
     *
     * <p>Each holds up to about 30 MiB.
     *
     * @param count 1 to 256
     * @return this
     * @throws IllegalArgumentException if the count is not 1 to 256
     * @throws IllegalStateException if a count was set before
     */
    public Backup threads(int count) {
        refuseSecond("threads", threads == 0 ? null : threads);
        if (count < 1 || count > MAX_THREADS) {
            throw new IllegalArgumentException("threads must be 1 to %d, got %d".formatted(MAX_THREADS, count));
        }
        threads = count;
        return this;
    }

    /**
     * Tells how far the backup is, after each file and about each 4 MiB, on the thread {@code aidc-storage-backup-…}.
     *
     * @param listener must be quick; what it throws ends the backup
     * @return this
     * @throws IllegalStateException if a listener was set before
     */
    public Backup progress(Consumer<BackupProgress> listener) {
        refuseSecond("progress", progress);
        progress = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Makes the backup and waits. On return the snapshot is durable and complete.
     *
     * <p>If it fails there is no snapshot, and earlier ones are as they were. What was stored is found again by the next run, up
     * to the last 256 MiB or so; the rest is removed by {@link BackupRepository#prune()}.
     *
     * @return what was done
     * @throws RepositoryLockedException if another process prunes, or removed the lock of this one
     * @throws DamagedBackupException if the index cannot be read; where the parent snapshot cannot, all files are read
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the source or the object store failed, or a file changed its length while it was read
     * @throws IllegalArgumentException if two names of the source are equal but for case, or one is a directory of another
     * @throws IllegalStateException if the repository is closed
     */
    public BackupReport run() throws IOException {
        RelativeName.check("source name", source.name());
        return runner.run(new Options(
                source,
                kind == null ? BackupKind.INCREMENTAL : kind,
                List.copyOf(tags),
                host,
                threads == 0 ? Workers.defaultThreads() : threads,
                progress == null ? seen -> {} : progress));
    }

    private static void refuseSecond(String option, @Nullable Object first) {
        if (first != null) {
            throw new IllegalStateException("%s was already set to %s".formatted(option, first));
        }
    }
}
