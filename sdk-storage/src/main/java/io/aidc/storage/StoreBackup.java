package io.aidc.storage;

import io.aidc.storage.backup.BackupKind;
import io.aidc.storage.backup.BackupReport;
import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.backup.DrillReport;
import io.aidc.storage.backup.RestoreDrill;
import io.aidc.storage.backup.Snapshot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Backs a store up and brings it back: all content and metadata, and with {@link StoreBuilder#archiveCommands} the metadata of any
 * second since the oldest backup that is kept. For that each backup carries all commands since then, and each node keeps them; so
 * such a store is backed up to one repository.
 *
 * {@snippet class="io.aidc.storage.SnippetsTest" region="backup"}
 *
 * <p>The repository is in restic's format. Its snapshots hold {@code versions/<digest>/<file>} and a table {@code catalog.tsv} of
 * names, versions and digests, so that the restic program alone can bring models back.
 *
 * <p>Thread-safe: holds no state; one backup of a store at a time is enough.
 */
public final class StoreBackup {
    private static final Logger LOG = LoggerFactory.getLogger(StoreBackup.class);

    private final ReplicatedStore store;
    private final BackupRepository repository;

    private StoreBackup(ReplicatedStore store, BackupRepository repository) {
        this.store = store;
        this.repository = repository;
    }

    /**
     * Connects a store with its backups.
     *
     * @param store any node of it
     * @param repository stays open as long as it is used
     * @return for both
     */
    public static StoreBackup of(ReplicatedStore store, BackupRepository repository) {
        return new StoreBackup(
                Objects.requireNonNull(store, "store"), Objects.requireNonNull(repository, "repository"));
    }

    /**
     * Makes a backup and waits. On return it is durable and complete. Content that an earlier backup has is not read again, unless
     * the kind is {@link BackupKind#FULL}.
     *
     * @param kind which content is read
     * @param progress is told of bytes read and taken over
     * @return what was done
     * @throws StorageException if the store or the repository failed; there is then no backup, and earlier ones are as they were
     */
    public BackupReport run(BackupKind kind, Progress progress) {
        return named("backing up", () -> {
            String tag = OpenBackups.tag(store.catalog().incarnation());
            store.archiveTrim().run(); // not while what is listed now is read
            BackupReport report = repository
                    .backup(store.source())
                    .kind(kind)
                    .host(store.status().node())
                    .tag(tag)
                    .progress(seen -> progress.at(seen.bytes(), seen.totalBytes()))
                    .run();
            releaseCommands(tag);
            return report;
        });
    }

    /** Keeps the commands since the oldest backup that is kept. A failure is made up for after the next backup. */
    private void releaseCommands(String tag) {
        if (store.log().archive() == null) {
            return;
        }
        try {
            long oldest = oldestState(tag);
            if (oldest >= 0) {
                store.archiveTrim().release(oldest);
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Archived commands are kept until the next backup", e);
        }
    }

    private long oldestState(String tag) throws IOException {
        for (Snapshot snapshot :
                StoreRestore.snapshots(repository, store.source().name())) {
            try {
                if (snapshot.tags().contains(tag)) {
                    return StoreRestore.stateIndex(repository.open(snapshot));
                }
            } catch (DamagedBackupException e) {
                LOG.warn("No restore can begin with a damaged backup snapshot={}", snapshot.id(), e);
            }
        }
        return -1;
    }

    /**
     * Finds the latest backup of this store.
     *
     * @return its snapshot, or empty if there is none
     * @throws StorageException if the repository failed
     */
    public Optional<Snapshot> latestSnapshot() {
        return named("listing backups", this::latest);
    }

    private Optional<Snapshot> latest() throws IOException {
        List<Snapshot> all = StoreRestore.snapshots(repository, store.source().name());
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    /**
     * Brings content and metadata of a moment into this store, which must be empty. Blocks.
     *
     * <p>Metadata is that of the latest write not later than the moment; for a moment between two backups the commands must have
     * been archived, otherwise it is that of the backup before. Until this returns, writes of others are rejected and reads see a
     * part. A restore that broke off is resumed by calling this again with the same moment; nothing else ends it.
     *
     * <p>A store that was lost and restored is another incarnation of it, and metadata is that of one incarnation: of the one whose
     * latest write up to the moment is the latest. One that has no version then, or was just being restored, counts only if none
     * has. Content comes from all backups, since it goes by its digest. Backups made before there were incarnations count as one.
     *
     * <p>What cannot be read is passed over, and the restoration says so: without the latest state the one before counts, with the
     * commands archived since; without some of these the moment before them; without some content the versions that need it are
     * missing.
     *
     * @param moment by the store's clocks
     * @param progress is told of bytes restored
     * @return what is there now
     * @throws IllegalStateException if the store has versions or keys that are not of this restore, or another restore goes on in it
     * @throws VersionNotFoundException if there is no backup that is not later than the moment
     * @throws StorageException if the store or the repository failed
     */
    public StoreRestoration restore(Instant moment, Progress progress) {
        return restore(store.source().name(), moment, progress);
    }

    /**
     * Brings content and metadata of another cluster's backup into this store, for instance for a trial that is backed up under its
     * own name; otherwise as {@link #restore(Instant, Progress)}.
     *
     * @param cluster the name of the cluster that was backed up
     * @param moment by that cluster's clocks
     * @param progress is told of bytes restored
     * @return what is there now
     * @throws IllegalStateException if the store has versions or keys that are not of this restore, or another restore goes on in it
     * @throws VersionNotFoundException if there is no backup of that cluster that is not later than the moment
     * @throws StorageException if the store or the repository failed
     */
    public StoreRestoration restore(String cluster, Instant moment, Progress progress) {
        return named(
                "restoring to " + moment,
                () -> new StoreRestore(store, new OpenBackups(repository, cluster)).run(moment, progress));
    }

    /**
     * Checks every chunk that a version needs on this node, and replaces what is missing or damaged: from another node if one has
     * it, otherwise from the latest backup that has it. Blocks; reads all content of this node.
     *
     * @param progress is told of bytes checked
     * @return what was done
     * @throws StorageException if the store or the repository failed
     */
    public HealReport heal(Progress progress) {
        return named("healing", () -> new StoreHealing(store, backups()).run(progress));
    }

    /**
     * Proves that the latest backup can be restored, on a sample of its files, which are compared with the store's; see {@link
     * RestoreDrill}. What it shows is kept in the store under the small key {@code drills/<milliseconds>}.
     *
     * @param files how many, &gt; 0
     * @param scratch a directory with room for them
     * @param progress is told of bytes restored
     * @return what it showed
     * @throws IllegalArgumentException if {@code files} is not positive
     * @throws VersionNotFoundException if there is no backup
     * @throws StorageException if the store, the repository or the disk failed
     */
    public DrillReport drill(int files, Path scratch, Progress progress) {
        return named("drilling", () -> {
            Snapshot snapshot =
                    latest().orElseThrow(() -> new VersionNotFoundException("there is no backup to drill", null));
            DrillReport report = RestoreDrill.of(repository)
                    .snapshot(snapshot)
                    .sample(files)
                    .comparedWith(store.source())
                    .scratch(scratch)
                    .progress(done -> progress.at(done.bytes(), done.totalBytes()))
                    .run();
            keep(report);
            return report;
        });
    }

    private void keep(DrillReport report) {
        String text = "snapshot %s\nfiles %d\nbytes %d\ncompared %d\nmillis %d\nfindings %s\n"
                .formatted(
                        report.snapshot().id(),
                        report.files(),
                        report.bytes(),
                        report.filesCompared(),
                        report.duration().toMillis(),
                        report.findings());
        store.put("drills/" + report.when().toEpochMilli(), text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .join();
        if (!report.passed()) {
            store.events().drillFailed(report.snapshot().id(), report.findings().toString());
        }
    }

    private OpenBackups backups() throws IOException {
        return new OpenBackups(repository, store.source().name());
    }

    BackupRepository repository() {
        return repository;
    }

    ReplicatedStore store() {
        return store;
    }

    private interface Task<T> {
        T run() throws IOException;
    }

    private static <T> T named(String what, Task<T> task) {
        try {
            return task.run();
        } catch (IOException e) {
            throw Failures.of(what, e);
        }
    }
}
