package io.aidc.storage;

import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.backup.SnapshotFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of the stores of one name, latest first, each opened when it is needed. One whose directories cannot be read is
 * passed over.
 *
 * <p>Content is found in any of them: it goes by its digest. Metadata is of one incarnation; see {@link RestorePoint}.
 *
 * <p>Confined: one thread at a time.
 */
final class OpenBackups {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBackups.class);
    private static final String TAG = "store-";

    private final BackupRepository repository;
    private final Deque<Snapshot> closed = new ArrayDeque<>();
    private final List<Opened> opened = new ArrayList<>();
    private final List<String> unreadable = new ArrayList<>();

    /**
     * A backup whose directories were read.
     *
     * @param incarnation of which store it is; empty for backups that do not say so
     * @param at the time of its state
     * @param index the number of the latest log entry in its state, -1 for none
     */
    record Opened(Snapshot snapshot, String incarnation, Instant at, long index, SnapshotFiles files) {
        static Opened of(Snapshot snapshot, SnapshotFiles files) throws NoSuchFileException {
            long index = StoreRestore.stateIndex(files);
            return new Opened(
                    snapshot,
                    snapshot.tags().stream()
                            .filter(tag -> tag.startsWith(TAG))
                            .findFirst()
                            .orElse(""),
                    index < 0 ? Instant.MIN : files.modified(StoreSource.state(index)),
                    index,
                    files);
        }
    }

    OpenBackups(BackupRepository repository, String store) throws IOException {
        this.repository = repository;
        StoreRestore.snapshots(repository, store).forEach(closed::addFirst);
    }

    /** The tag of the backups of an incarnation. */
    static String tag(String incarnation) {
        return TAG + incarnation;
    }

    boolean isEmpty() {
        return opened.isEmpty() && closed.isEmpty();
    }

    List<Opened> all() throws IOException {
        while (openNext()) {
            // until none is left
        }
        return List.copyOf(opened);
    }

    /** Opens a file of the latest backup that has it. */
    InputStream open(String name) throws IOException {
        for (int i = 0; i < opened.size() || openNext(); i++) {
            SnapshotFiles files = opened.get(i).files();
            if (files.names().contains(name)) {
                return files.open(name);
            }
        }
        throw new NoSuchFileException(name, null, "no backup has it");
    }

    private boolean openNext() throws IOException {
        while (!closed.isEmpty()) {
            Snapshot next = closed.removeFirst();
            try {
                return opened.add(Opened.of(next, repository.open(next)));
            } catch (DamagedBackupException e) {
                passOver(next, e);
            }
        }
        return false;
    }

    /** Remembers that something of a backup could not be read. */
    void passOver(Snapshot snapshot, IOException reason) {
        LOG.warn("Part of a backup is passed over. snapshot={} reason={}", snapshot.id(), reason.getMessage());
        unreadable.add(snapshot.id() + ": " + reason.getMessage());
    }

    /** What was passed over so far, by snapshot and with the reason. */
    List<String> unreadable() {
        return List.copyOf(unreadable);
    }
}
