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
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The backups of the stores of one name, latest first, each opened when it is needed. One whose directories cannot be read is
 * passed over.
 *
 * <p>The files of a large store take much memory: those of two backups are kept, of the others only where each version is, and
 * what {@link RestorePoint} chooses by. So reading from many backups by turns is slow.
 *
 * <p>Content is found in any of them: it goes by its digest. Metadata is of one incarnation; see {@link RestorePoint}.
 *
 * <p>Confined: one thread at a time.
 */
final class OpenBackups {
    private static final Logger LOG = LoggerFactory.getLogger(OpenBackups.class);
    private static final String TAG = "store-";
    private static final int KEPT_OPEN = 2;

    private final BackupRepository repository;
    private final String store;
    private final Deque<Snapshot> closed = new ArrayDeque<>();
    private final List<Opened> opened = new ArrayList<>();
    private final Deque<Kept> kept = new ArrayDeque<>(); // last used first
    private final Map<String, Snapshot> latestWith = new HashMap<>(); // by the first two parts of a file's name
    private final List<String> unreadable = new ArrayList<>();

    /**
     * A backup whose directories were read.
     *
     * @param incarnation of which store it is; empty for backups that do not say so
     * @param at the time of its state
     * @param index the number of the latest log entry in its state, -1 for none
     */
    record Opened(Snapshot snapshot, String incarnation, Instant at, long index) {
        static Opened of(Snapshot snapshot, SnapshotFiles files) throws NoSuchFileException {
            long index = StoreRestore.stateIndex(files);
            return new Opened(
                    snapshot,
                    snapshot.tags().stream()
                            .filter(tag -> tag.startsWith(TAG))
                            .findFirst()
                            .orElse(""),
                    index < 0 ? Instant.MIN : files.modified(StoreSource.state(index)),
                    index);
        }
    }

    private record Kept(Snapshot snapshot, SnapshotFiles files) {}

    OpenBackups(BackupRepository repository, String store) throws IOException {
        this.repository = repository;
        this.store = store;
        StoreRestore.snapshots(repository, store).forEach(closed::addFirst);
    }

    /** The tag of the backups of an incarnation. */
    static String tag(String incarnation) {
        return TAG + incarnation;
    }

    boolean isEmpty() {
        return opened.isEmpty() && closed.isEmpty();
    }

    /** Says that there is none, and of which clusters there are. */
    String described() throws IOException {
        Set<String> others = new TreeSet<>();
        for (Snapshot snapshot : repository.snapshots()) {
            snapshot.paths().forEach(path -> others.add(path.replaceFirst("^/", "")));
        }
        return "there is no backup of cluster '%s', only of %s".formatted(store, others);
    }

    /** The time of the earliest metadata. */
    Optional<Instant> earliest() throws IOException {
        return all().stream()
                .filter(backup -> backup.index() >= 0)
                .map(Opened::at)
                .min(Comparator.naturalOrder());
    }

    List<Opened> all() throws IOException {
        while (openNext()) {
            // until none is left
        }
        return List.copyOf(opened);
    }

    /** Opens a file of a backup that has it: of one that is kept open if it can be, otherwise of the latest. */
    InputStream open(String name) throws IOException {
        for (Kept open : kept) {
            if (open.files().names().contains(name)) {
                return files(open.snapshot()).open(name);
            }
        }
        String group = group(name);
        while (!latestWith.containsKey(group) && openNext()) {
            // until one has it
        }
        Snapshot latest = latestWith.get(group);
        if (latest == null) {
            throw new NoSuchFileException(name, null, "no backup has it");
        }
        return files(latest).open(name);
    }

    /** What is in a backup whole or not at all: the files of a version, or a manifest. */
    private static String group(String name) {
        int end = name.indexOf('/', name.indexOf('/') + 1);
        return end < 0 ? name : name.substring(0, end);
    }

    /**
     * The files of a backup; reads its directories unless they are kept.
     *
     * @throws DamagedBackupException if a directory cannot be read
     */
    SnapshotFiles files(Snapshot snapshot) throws IOException {
        for (Kept open : kept) {
            if (open.snapshot().id().equals(snapshot.id())) {
                kept.remove(open);
                kept.addFirst(open);
                return open.files();
            }
        }
        while (kept.size() >= KEPT_OPEN) {
            kept.removeLast(); // before there is one more
        }
        SnapshotFiles files = repository.open(snapshot);
        kept.addFirst(new Kept(snapshot, files));
        return files;
    }

    private boolean openNext() throws IOException {
        while (!closed.isEmpty()) {
            Snapshot next = closed.removeFirst();
            try {
                SnapshotFiles files = files(next);
                files.names().forEach(name -> latestWith.putIfAbsent(group(name), next));
                return opened.add(Opened.of(next, files));
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
