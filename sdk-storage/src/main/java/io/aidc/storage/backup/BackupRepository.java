package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.KeyOrigin;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import io.aidc.storage.internal.restic.Settings;
import io.aidc.storage.internal.restic.TreeNode;
import io.aidc.storage.object.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps backups in an object store, encrypted and de-duplicated, in restic's repository format: the restic program can check,
 * list and restore them without this library, and this library what restic wrote.
 *
 * {@snippet class="io.aidc.storage.backup.BackupSnippetsTest" region="backup"}
 *
 * <p>New repositories have version 2 (compressed) if {@code com.github.luben:zstd-jni} is on the class path, else version 1.
 * Content is cut by {@link io.aidc.storage.chunk.ChunkProfile#WEIGHTS_1M}. Anyone who can read the store learns the sizes of
 * packs and when they were written; anyone who can write to it can delete backups but not change them unseen. The password
 * cannot be recovered.
 *
 * <p>Several processes may use one repository. Backups, restores and checks run side by side; {@link #forget}, {@link #prune}
 * and {@link #repairIndex} need it for themselves and fail with {@link RepositoryLockedException} otherwise. Each operation
 * takes a lock, which costs 200 ms.
 *
 * <p>Memory: about 200 bytes a blob (1.2 MB of content on average) for the index, and some 30 MiB a thread during an operation.
 *
 * <p>Thread-safe: each operation uses threads of its own.
 *
 * @see <a href="https://restic.readthedocs.io/en/stable/design.html">restic, repository format</a>
 */
public final class BackupRepository implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRepository.class);

    private final Repository repository;
    private final Settings settings;
    private volatile boolean closed;

    private BackupRepository(Repository repository, Settings settings) {
        this.repository = repository;
        this.settings = settings;
    }

    /** Works under a lock. */
    private interface Locked<T> {
        T run(RepositoryLock lock, Workers workers) throws IOException;
    }

    /**
     * Creates an empty repository; it is durable on return. Cost: about a second and 64 MiB for scrypt.
     *
     * @param objects where it is kept; not closed by the repository, and must stay open as long as it
     * @param password not empty; not kept, the caller may wipe it afterwards
     * @return the repository, open
     * @throws IllegalArgumentException if the password is empty
     * @throws java.nio.file.FileAlreadyExistsException if there is a repository already
     * @throws IOException if the store failed
     */
    public static BackupRepository create(ObjectStore objects, char[] password) throws IOException {
        return create(objects, password, Repository.bestVersion(), Settings.ofThisMachine());
    }

    static BackupRepository create(ObjectStore objects, char[] password, int version, Settings settings)
            throws IOException {
        Objects.requireNonNull(objects, "objects");
        checkPassword(password);
        return Failures.named(() -> new BackupRepository(
                Workers.run(1, workers -> Repository.create(objects, password, version, settings)), settings));
    }

    /**
     * Opens a repository, made by this library or by restic 0.9 or later. Cost: one scrypt a key that is tried.
     *
     * @param objects where it is kept; not closed by the repository, and must stay open as long as it
     * @param password not empty; not kept, the caller may wipe it afterwards
     * @return the repository
     * @throws IllegalArgumentException if the password is empty
     * @throws WrongPasswordException if the password opens none of the keys
     * @throws java.nio.file.NoSuchFileException if there is no repository
     * @throws DamagedBackupException if the configuration or a key cannot be read
     * @throws IOException if the store failed, or the repository has version 2 and zstd-jni is missing
     */
    public static BackupRepository open(ObjectStore objects, char[] password) throws IOException {
        return open(objects, password, Settings.ofThisMachine());
    }

    static BackupRepository open(ObjectStore objects, char[] password, Settings settings) throws IOException {
        Objects.requireNonNull(objects, "objects");
        checkPassword(password);
        return Failures.named(() -> new BackupRepository(
                Workers.run(1, workers -> Repository.open(objects, password, settings)), settings));
    }

    /**
     * Begins a backup.
     *
     * @param source what is backed up
     * @return the backup, to be chosen further and run
     */
    public Backup backup(BackupSource source) {
        return new Backup(source, this::run);
    }

    private BackupReport run(Backup.Options options) throws IOException {
        String given = options.host();
        String host = given == null ? settings.host() : given;
        return locked(
                RepositoryLock.Mode.SHARED,
                options.threads(),
                (lock, workers) -> new BackupRun(repository, options, host, workers, lock).run(readSnapshots()));
    }

    /**
     * Lists the snapshots. One that cannot be read is left out with a warning; {@link #check} reports it.
     *
     * @return oldest first
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public List<Snapshot> snapshots() throws IOException {
        return unlocked(this::readSnapshots);
    }

    private List<Snapshot> readSnapshots() throws IOException {
        List<Snapshot> snapshots = new ArrayList<>();
        for (ChunkId id : repository.list(FileKind.SNAPSHOT)) {
            try {
                snapshots.add(Snapshot.of(id, repository.snapshot(id)));
            } catch (DamagedObjectException e) {
                LOG.warn("A snapshot is left out. object={} reason={}", e.object(), e.reason());
            } catch (NoSuchFileException e) {
                // forgotten since it was listed
            }
        }
        snapshots.sort(Comparator.comparing(snapshot -> snapshot.time().toInstant()));
        return List.copyOf(snapshots);
    }

    /**
     * Lists the regular files of a snapshot. Cost: reads its directories.
     *
     * @param snapshot one of this repository's
     * @return by name
     * @throws DamagedBackupException if a directory cannot be read
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public List<SnapshotEntry> files(Snapshot snapshot) throws IOException {
        return unlocked(() -> {
            List<SnapshotEntry> entries = new ArrayList<>();
            nodes(snapshot).forEach((name, node) -> entries.add(new SnapshotEntry(name, node.size(), node.modified())));
            return List.copyOf(entries);
        });
    }

    /** The files of a snapshot with their blobs. */
    Map<String, TreeNode> nodes(Snapshot snapshot) throws IOException {
        return TreeWalk.of(repository, repository.index(), snapshot.treeId()).files();
    }

    /** Says whether a file on disk consists of the blobs of a file in a snapshot, and of nothing else. */
    boolean holds(Path file, TreeNode node) throws IOException {
        Index index = repository.index();
        try (InputStream content = Files.newInputStream(file)) {
            for (ChunkId id : node.content()) {
                int length = index.find(BlobType.DATA, id)
                        .map(place -> place.blob().plainLength())
                        .orElse(0);
                if (!id.matches(content.readNBytes(length))) {
                    return false;
                }
            }
            return content.read() < 0;
        }
    }

    /**
     * Opens a file of a snapshot for reading. Takes no lock: a prune at the same time can make reading fail.
     *
     * @param snapshot one of this repository's
     * @param file its name in the snapshot
     * @return a stream that reads, and checks, about 1 MiB at a time; confined to one thread at a time
     * @throws NoSuchFileException if the snapshot has no such file
     * @throws DamagedBackupException if it cannot be read, also from the stream
     * @throws IOException if the store failed, also from the stream
     * @throws IllegalStateException if the repository is closed
     */
    public InputStream read(Snapshot snapshot, String file) throws IOException {
        return open(snapshot).open(file);
    }

    /**
     * Opens a snapshot to read many of its files. Cost: reads its directories.
     *
     * @param snapshot one of this repository's
     * @return its files
     * @throws DamagedBackupException if a directory cannot be read
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public SnapshotFiles open(Snapshot snapshot) throws IOException {
        return unlocked(() -> {
            Index index = repository.index();
            Map<String, TreeNode> files =
                    TreeWalk.of(repository, index, snapshot.treeId()).files();
            return new SnapshotFiles(
                    snapshot,
                    files,
                    node -> new BlobStream(
                            node.content(), id -> unlocked(() -> repository.blob(index, BlobType.DATA, id))));
        });
    }

    /**
     * Restores a snapshot. What is on disk already is compared, and only what is missing or different is read and written; so a
     * restore that broke off is resumed by calling this again.
     *
     * <p>On return the files have the content and time they had, and survive a power cut. Files that are not in the snapshot stay.
     * Every blob is checked before it is written. Owner and mode are not restored, links are skipped and not followed. Where two
     * names differ by case only, the file system must tell them apart.
     *
     * @param snapshot one of this repository's
     * @param target a directory, created if need be
     * @return what was done
     * @throws DamagedBackupException if something that is needed is missing or damaged; files may be incomplete then
     * @throws RepositoryLockedException if another process prunes
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the store or the disk failed
     * @throws IllegalStateException if the repository is closed
     */
    public RestoreReport restore(Snapshot snapshot, Path target) throws IOException {
        return restore(snapshot, target, name -> true, progress -> {});
    }

    /**
     * Restores some files of a snapshot, for instance those that are not damaged; see {@link #restore(Snapshot, Path)}.
     *
     * @param snapshot one of this repository's
     * @param target a directory, created if need be
     * @param files is asked for each name
     * @param progress is told after each few megabytes, by one thread at a time
     * @return what was done
     * @throws DamagedBackupException if something that is needed is missing or damaged; files may be incomplete then
     * @throws RepositoryLockedException if another process prunes
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the store or the disk failed
     * @throws IllegalStateException if the repository is closed
     */
    public RestoreReport restore(
            Snapshot snapshot, Path target, Predicate<String> files, Consumer<BackupProgress> progress)
            throws IOException {
        return restore(snapshot, target, files, progress, Disk.REAL);
    }

    RestoreReport restore(
            Snapshot snapshot, Path target, Predicate<String> files, Consumer<BackupProgress> progress, Disk disk)
            throws IOException {
        Objects.requireNonNull(snapshot, "snapshot");
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(files, "files");
        Objects.requireNonNull(progress, "progress");
        Instant began = clock().instant();
        return locked(RepositoryLock.Mode.SHARED, Workers.defaultThreads(), (lock, workers) -> {
            Index index = repository.index();
            TreeWalk walk = TreeWalk.of(repository, index, snapshot.treeId());
            var durable = new DurableFiles(disk, failure -> LOG.debug("Restore stops. reason={}", failure.toString()));
            RestoredFile.Opener opener = path -> disk.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
            var run = new RestoreRun(repository, index, lock, durable, opener, target);
            long written = run.restore(walk.files(), files, progress, workers);
            List<TreeNode> nodes = walk.files().entrySet().stream()
                    .filter(entry -> files.test(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
            return new RestoreReport(
                    nodes.size(),
                    nodes.stream().mapToLong(TreeNode::size).sum(),
                    written,
                    List.copyOf(walk.skipped()),
                    Duration.between(began, clock().instant()));
        });
    }

    /**
     * Checks the repository. What is found is reported, not thrown.
     *
     * @param scope how much is read
     * @param progress is told after each pack, by one thread at a time
     * @return what was found
     * @throws RepositoryLockedException if another process prunes
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public CheckReport check(CheckScope scope, Consumer<BackupProgress> progress) throws IOException {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(progress, "progress");
        return locked(
                RepositoryLock.Mode.SHARED,
                Workers.defaultThreads(),
                (lock, workers) -> new CheckRun(repository, lock, workers).report(scope, progress));
    }

    /**
     * Checks the repository without telling how far it is; see {@link #check(CheckScope, Consumer)}.
     *
     * @param scope how much is read
     * @return what was found
     * @throws IOException as the other
     */
    public CheckReport check(CheckScope scope) throws IOException {
        return check(scope, progress -> {});
    }

    /**
     * Deletes the snapshots that a policy does not keep, in each series of one host and source. Their content stays until {@link
     * #prune()}.
     *
     * @param policy says what is kept
     * @return what was kept and what was deleted, all series together
     * @throws RepositoryLockedException if another process uses the repository
     * @throws IOException if the store failed; some snapshots may be deleted then
     * @throws IllegalStateException if the repository is closed
     */
    public Retention forget(RetentionPolicy policy) throws IOException {
        Objects.requireNonNull(policy, "policy");
        return locked(RepositoryLock.Mode.EXCLUSIVE, 1, (lock, workers) -> {
            List<Retention.Kept> kept = new ArrayList<>();
            List<Snapshot> removed = new ArrayList<>();
            Map<List<Object>, List<Snapshot>> series = readSnapshots().stream()
                    .collect(Collectors.groupingBy(
                            snapshot -> List.of(snapshot.host(), snapshot.paths()),
                            LinkedHashMap::new,
                            Collectors.toList()));
            for (List<Snapshot> snapshots : series.values()) {
                Retention retention = policy.apply(snapshots, clock().instant());
                kept.addAll(retention.kept());
                removed.addAll(retention.removed());
            }
            for (Snapshot snapshot : removed) {
                lock.keep();
                repository.delete(FileKind.SNAPSHOT, snapshot.chunkId());
            }
            return new Retention(kept, removed);
        });
    }

    /**
     * Removes what no snapshot needs. Packs of which at least a quarter is not needed are rewritten.
     *
     * <p>Safe wherever it stops: packs are deleted last, after an index without them is durable. Of content that is stored twice
     * one copy is kept without being read; {@link #check} all data before, where disks are doubtful.
     *
     * @return what was removed, or why nothing was touched
     * @throws RepositoryLockedException if another process uses the repository
     * @throws DamagedBackupException if a pack that is rewritten is damaged; nothing is lost then
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the store failed; call it again
     * @throws IllegalStateException if the repository is closed
     */
    public Pruning prune() throws IOException {
        return locked(
                RepositoryLock.Mode.EXCLUSIVE,
                Workers.defaultThreads(),
                (lock, workers) -> new PruneRun(repository, lock, workers).prune());
    }

    /**
     * Makes the index again from the packs themselves, for instance after index files were lost. Cost: reads the end of each pack.
     *
     * @return what is in the index
     * @throws RepositoryLockedException if another process uses the repository
     * @throws java.io.InterruptedIOException if the calling thread is interrupted
     * @throws IOException if the store failed; call it again
     * @throws IllegalStateException if the repository is closed
     */
    public IndexRepair repairIndex() throws IOException {
        return locked(
                RepositoryLock.Mode.EXCLUSIVE,
                Workers.defaultThreads(),
                (lock, workers) -> new IndexRepairRun(repository, lock, workers).repair());
    }

    /**
     * Lists the passwords, or rather what is known of them.
     *
     * @return by id
     * @throws DamagedBackupException if a key file cannot be read
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public List<KeySlot> keys() throws IOException {
        return unlocked(() -> {
            List<KeySlot> slots = new ArrayList<>();
            for (Map.Entry<ChunkId, KeyOrigin> key : repository.keys().list().entrySet()) {
                KeyOrigin origin = key.getValue();
                boolean isCurrent = key.getKey().equals(repository.keyId());
                slots.add(new KeySlot(key.getKey().hex(), origin.host(), origin.user(), origin.time(), isCurrent));
            }
            return List.copyOf(slots);
        });
    }

    /**
     * Adds a password; those there are stay valid. It is durable on return.
     *
     * @param password not empty; not kept
     * @return its id, 64 hex digits
     * @throws IllegalArgumentException if the password is empty
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public String addKey(char[] password) throws IOException {
        checkPassword(password);
        return unlocked(() -> repository.addKey(password).hex());
    }

    /**
     * Removes a password. Someone who knew it and copied the key file can still read what is stored: the data is not encrypted
     * again.
     *
     * @param id from {@link #keys()}; not the current one
     * @throws IllegalArgumentException if it is the one this repository was opened with
     * @throws NoSuchFileException if there is no such key
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public void removeKey(String id) throws IOException {
        ChunkId key = ChunkId.parse("sha256-" + id);
        if (key.equals(repository.keyId())) {
            throw new IllegalArgumentException("the key this repository was opened with cannot be removed: " + id);
        }
        locked(RepositoryLock.Mode.EXCLUSIVE, 1, (lock, workers) -> {
            if (!repository.exists(FileKind.KEY, key)) {
                throw new NoSuchFileException(FileKind.KEY.key(key));
            }
            repository.delete(FileKind.KEY, key);
            return id;
        });
    }

    /**
     * Removes all locks, also of processes that are alive. Never needed while locks can be read: those of the dead are removed
     * by themselves. A lock that was damaged, though, keeps everybody out.
     *
     * <p>Only call this when no process uses the repository; a backup that goes on meanwhile fails.
     *
     * @return how many there were
     * @throws IOException if the store failed
     * @throws IllegalStateException if the repository is closed
     */
    public int breakLocks() throws IOException {
        return unlocked(() -> {
            List<ChunkId> locks = repository.list(FileKind.LOCK);
            for (ChunkId lock : locks) {
                repository.delete(FileKind.LOCK, lock);
            }
            return locks.size();
        });
    }

    /** Ends the use of the repository; running operations end by themselves. Idempotent; the object store stays open. */
    @Override
    public void close() {
        closed = true;
    }

    Clock clock() {
        return settings.clock();
    }

    private <T> T locked(RepositoryLock.Mode mode, int threads, Locked<T> task) throws IOException {
        return unlocked(() -> Workers.run(threads, workers -> {
            try (RepositoryLock lock = repository.lock(mode)) {
                return task.run(lock, workers);
            }
        }));
    }

    private <T> T unlocked(Failures.Task<T> task) throws IOException {
        if (closed) {
            throw new IllegalStateException("the backup repository is closed");
        }
        return Failures.named(task);
    }

    private static void checkPassword(char[] password) {
        Objects.requireNonNull(password, "password");
        if (password.length == 0) {
            throw new IllegalArgumentException("password must not be empty");
        }
    }
}
