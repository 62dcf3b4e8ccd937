package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Proves that a snapshot can be restored: restores it into scratch space, reads the files again, compares them with the
 * snapshot and with the source, and deletes them.
 *
 * {@snippet class="io.aidc.storage.backup.BackupSnippetsTest" region="drill"}
 *
 * <p>Confined: one thread at a time.
 */
public final class RestoreDrill {
    private static final int BUFFER_BYTES = 1 << 16;

    private final BackupRepository repository;
    private @Nullable Snapshot snapshot;
    private @Nullable BackupSource source;
    private @Nullable Path scratch;
    private @Nullable Consumer<BackupProgress> progress;
    private int sample;

    private RestoreDrill(BackupRepository repository) {
        this.repository = Objects.requireNonNull(repository, "repository");
    }

    /**
     * Prepares a drill.
     *
     * @param repository stays open until the drill has run
     * @return the drill
     */
    public static RestoreDrill of(BackupRepository repository) {
        return new RestoreDrill(repository);
    }

    /**
     * Chooses the snapshot. Default: the latest.
     *
     * @param chosen one of the repository's
     * @return this
     * @throws IllegalStateException if one was chosen before
     */
    public RestoreDrill snapshot(Snapshot chosen) {
        refuseSecond("snapshot", snapshot);
        snapshot = Objects.requireNonNull(chosen, "snapshot");
        return this;
    }

    /**
     * Restores only so many files, chosen at random. Default: all.
     *
     * @param files &gt; 0
     * @return this
     * @throws IllegalArgumentException if the number is not positive
     * @throws IllegalStateException if it was set before
     */
    public RestoreDrill sample(int files) {
        refuseSecond("sample", sample == 0 ? null : sample);
        if (files < 1) {
            throw new IllegalArgumentException("sample must be > 0 files, got " + files);
        }
        sample = files;
        return this;
    }

    /**
     * Compares with the source too, file by file, where length and time are still those of the snapshot.
     *
     * @param live the source of the backup
     * @return this
     * @throws IllegalStateException if one was set before
     */
    public RestoreDrill comparedWith(BackupSource live) {
        refuseSecond("comparedWith", source);
        source = Objects.requireNonNull(live, "source");
        return this;
    }

    /**
     * Sets where the files are restored, in a new directory that is deleted at the end. Required.
     *
     * @param directory exists
     * @return this
     * @throws IllegalStateException if one was set before
     */
    public RestoreDrill scratch(Path directory) {
        refuseSecond("scratch", scratch);
        scratch = Objects.requireNonNull(directory, "directory");
        return this;
    }

    /**
     * Tells how far the restore of the drill is, which is most of it.
     *
     * @param listener is called by one thread at a time
     * @return this
     * @throws IllegalStateException if one was set before
     */
    public RestoreDrill progress(Consumer<BackupProgress> listener) {
        refuseSecond("progress", progress);
        progress = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Runs the drill and waits. Damage is reported, not thrown.
     *
     * @return what it showed
     * @throws IllegalStateException if no scratch directory was set, or the repository is closed
     * @throws NoSuchFileException if the repository has no snapshot
     * @throws RepositoryLockedException if another process prunes
     * @throws IOException if the store, the source or the disk failed; the scratch files are deleted all the same
     */
    public DrillReport run() throws IOException {
        if (scratch == null) {
            throw new IllegalStateException("a scratch directory is required: call scratch(directory)");
        }
        Instant began = repository.clock().instant();
        Snapshot restored = snapshot == null ? latest() : snapshot;
        Path directory = Files.createTempDirectory(scratch, "restore-drill-");
        var result = new Result();
        try {
            drill(restored, directory, result);
        } catch (DamagedBackupException e) {
            result.problems.add(new DrillReport.Problem(e.object(), String.valueOf(e.getMessage())));
        } finally {
            delete(directory);
        }
        return new DrillReport(
                began,
                restored,
                result.files,
                result.bytes,
                result.compared,
                Duration.between(began, repository.clock().instant()),
                result.problems);
    }

    /** What has been seen so far. */
    private static final class Result {
        private final List<DrillReport.Problem> problems = new ArrayList<>();
        private long files;
        private long bytes;
        private long compared;
    }

    private Snapshot latest() throws IOException {
        List<Snapshot> all = repository.snapshots();
        if (all.isEmpty()) {
            throw new NoSuchFileException("snapshots", null, "the repository has no snapshot");
        }
        return all.get(all.size() - 1);
    }

    private void drill(Snapshot restored, Path directory, Result result) throws IOException {
        Map<String, SnapshotEntry> entries = new HashMap<>();
        repository.files(restored).forEach(entry -> entries.put(entry.name(), entry));
        Set<String> chosen = choose(entries.keySet());
        repository.restore(restored, directory, chosen::contains, progress == null ? told -> {} : progress);
        Map<String, TreeNode> nodes = repository.nodes(restored);
        Map<String, BackupSource.Entry> live = live();
        for (String name : chosen) {
            TreeNode node = Objects.requireNonNull(nodes.get(name), name);
            Path file = directory.resolve(name);
            result.files++;
            result.bytes += Files.size(file);
            if (!repository.holds(file, node)) {
                result.problems.add(new DrillReport.Problem(name, "what was restored is not what the snapshot says"));
            }
            BackupSource.Entry entry = live.get(name);
            if (entry != null
                    && entry.bytes() == node.size()
                    && entry.modified().equals(node.modified())) {
                result.compared++;
                if (!Arrays.equals(
                        digest(Files.newInputStream(file)),
                        digest(entry.content().open()))) {
                    result.problems.add(
                            new DrillReport.Problem(name, "the source differs, at the same length and time"));
                }
            }
        }
    }

    private Set<String> choose(Set<String> names) {
        if (sample == 0 || sample >= names.size()) {
            return names;
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random());
        return new HashSet<>(shuffled.subList(0, sample));
    }

    private Map<String, BackupSource.Entry> live() throws IOException {
        Map<String, BackupSource.Entry> live = new HashMap<>();
        if (source != null) {
            source.entries().forEach(entry -> live.put(entry.name(), entry));
        }
        return live;
    }

    private static byte[] digest(InputStream stream) throws IOException {
        MessageDigest digest = ChunkId.newDigest();
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream content = stream) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return digest.digest();
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static void refuseSecond(String option, @Nullable Object first) {
        if (first != null) {
            throw new IllegalStateException("%s was already set to %s".formatted(option, first));
        }
    }
}
