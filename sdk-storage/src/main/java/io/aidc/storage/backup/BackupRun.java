package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.ChunkProfile;
import io.aidc.storage.chunk.Chunker;
import io.aidc.storage.chunk.RelativeName;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.BlobWriter;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import io.aidc.storage.internal.restic.Settings;
import io.aidc.storage.internal.restic.SnapshotFile;
import io.aidc.storage.internal.restic.Tree;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup. Order: files are cut and stored, then directories, then the index, then the snapshot.
 *
 * <p>Confined: the leading thread.
 */
final class BackupRun {
    private static final Logger LOG = LoggerFactory.getLogger(BackupRepository.class);
    private static final int READ_BYTES = 1 << 20;
    private static final int BLOBS_PER_THREAD = 3;
    private static final int PROGRESS_BYTES = 4 << 20;

    /** A file written so shortly before a snapshot may have been written again at the same time stamp. */
    private static final Duration TIMESTAMP_GRAIN = Duration.ofSeconds(2);

    private final Repository repository;
    private final Backup.Options options;
    private final String host;
    private final Settings settings;
    private final OffsetDateTime started;
    private final Workers workers;
    private final RepositoryLock lock;

    /** The chunk that is being cut, wherever it begins, and what was read after it. */
    private final byte[] buffer = new byte[2 * ChunkProfile.WEIGHTS_1M.maxBytes()];

    private long filesDone;
    private long filesTakenOver;
    private long totalFiles;
    private long totalBytes;
    private long bytesDone;
    private long bytesRead;
    private long bytesTold;

    BackupRun(Repository repository, Backup.Options options, String host, Workers workers, RepositoryLock lock) {
        this.repository = repository;
        this.options = options;
        this.host = host;
        this.settings = repository.settings();
        this.started = settings.clock().instant().atOffset(ZoneOffset.UTC);
        this.workers = workers;
        this.lock = lock;
    }

    /** A file whose blobs may still be on their way. */
    private record Pending(BackupSource.Entry entry, long size, List<CompletableFuture<ChunkId>> blobs) {
        TreeNode node(String name) {
            List<ChunkId> ids = blobs.stream().map(CompletableFuture::join).toList();
            return TreeNode.file(name, entry.modified(), size, ids);
        }
    }

    /** What was backed up before, as far as it can be read. */
    private record Parent(@Nullable Snapshot snapshot, Map<String, TreeNode> files, Set<ChunkId> directories) {}

    BackupReport run(List<Snapshot> snapshots) throws IOException {
        Index index = repository.index();
        if (!index.damaged().isEmpty()) {
            throw index.damaged().get(0);
        }
        List<BackupSource.Entry> entries = options.source().entries();
        lock.keep();
        RelativeName.checkTogether(
                entries.stream().map(BackupSource.Entry::name).toList());
        totalFiles = entries.size();
        totalBytes = entries.stream().mapToLong(BackupSource.Entry::bytes).sum();
        Parent parent = parent(snapshots, index);
        BlobWriter.Known known = (type, id) -> isKnown(type, id, index, parent);
        var writer = new BlobWriter(repository, known, lock, workers, BLOBS_PER_THREAD * workers.threads());
        var root = new Directory();
        for (BackupSource.Entry entry : entries) {
            root.add(entry.name(), file(entry, parent, index, writer));
        }
        ChunkId tree = save(root, writer);
        writer.finish();
        lock.confirm();
        return report(parent.snapshot, tree, writer);
    }

    private BackupReport report(@Nullable Snapshot parent, ChunkId tree, BlobWriter writer) throws IOException {
        List<String> tags = new ArrayList<>(options.tags());
        tags.add(Snapshot.tag(options.kind()));
        var file = new SnapshotFile(
                started,
                parent == null ? null : parent.chunkId(),
                tree,
                List.of("/" + options.source().name()),
                host,
                settings.user(),
                tags);
        Snapshot snapshot = Snapshot.of(repository.saveSnapshot(file), file);
        return new BackupReport(
                snapshot,
                totalFiles,
                filesTakenOver,
                bytesDone,
                bytesRead,
                writer.addedBytes(),
                writer.storedBytes(),
                Duration.between(started.toInstant(), settings.clock().instant()));
    }

    /** The snapshot from which unread files are taken over; none if its directories are damaged. */
    private Parent parent(List<Snapshot> snapshots, Index index) throws IOException {
        Snapshot snapshot = latest(snapshots);
        if (snapshot != null) {
            try {
                TreeWalk walk = TreeWalk.of(repository, index, snapshot.treeId());
                return new Parent(snapshot, walk.files(), walk.directories());
            } catch (DamagedObjectException e) {
                LOG.warn("All files are read. damagedSnapshot={} reason={}", snapshot.id(), e.getMessage());
            }
        }
        return new Parent(null, Map.of(), Set.of());
    }

    /** A directory is known only if it can be read: otherwise the snapshot would be as damaged as the one before. */
    private boolean isKnown(BlobType type, ChunkId id, Index index, Parent parent) throws IOException {
        if (type == BlobType.DATA || parent.directories.contains(id) || !index.contains(type, id)) {
            return index.contains(type, id);
        }
        try {
            repository.blob(index, type, id);
            return true;
        } catch (DamagedObjectException e) {
            LOG.warn("A damaged directory is stored again. tree={} reason={}", id.hex(), e.getMessage());
            return false;
        }
    }

    private @Nullable Snapshot latest(List<Snapshot> snapshots) {
        List<String> paths = List.of("/" + options.source().name());
        return snapshots.stream()
                .filter(snapshot -> options.kind() != BackupKind.FULL)
                .filter(snapshot -> options.kind() != BackupKind.DIFFERENTIAL || snapshot.kind() == BackupKind.FULL)
                .filter(snapshot ->
                        snapshot.host().equals(host) && snapshot.paths().equals(paths))
                .max(Comparator.comparing(snapshot -> snapshot.time().toInstant()))
                .orElse(null);
    }

    private Pending file(BackupSource.Entry entry, Parent parent, Index index, BlobWriter writer) throws IOException {
        Pending file;
        TreeNode before = parent.files.get(entry.name());
        if (before != null && parent.snapshot != null && isUnchanged(entry, before, parent.snapshot, index)) {
            filesTakenOver++;
            bytesDone += entry.bytes();
            file = new Pending(
                    entry,
                    entry.bytes(),
                    before.content().stream()
                            .map(CompletableFuture::completedFuture)
                            .toList());
        } else {
            file = read(entry, writer);
        }
        lock.keep();
        filesDone++;
        tell();
        return file;
    }

    private static boolean isUnchanged(BackupSource.Entry entry, TreeNode before, Snapshot parent, Index index) {
        Instant settled = parent.time().toInstant().minus(TIMESTAMP_GRAIN);
        return before.size() == entry.bytes()
                && before.modified().equals(entry.modified())
                && entry.modified().isBefore(settled)
                && before.content().stream().allMatch(id -> index.contains(BlobType.DATA, id));
    }

    private Pending read(BackupSource.Entry entry, BlobWriter writer) throws IOException {
        List<CompletableFuture<ChunkId>> blobs = new ArrayList<>();
        var chunker = new Chunker(ChunkProfile.WEIGHTS_1M);
        long size = 0;
        int start = 0;
        int end = 0;
        try (InputStream content = entry.content().open()) {
            for (int read = content.read(buffer, 0, READ_BYTES);
                    read >= 0;
                    read = content.read(buffer, end, READ_BYTES)) {
                int scanned = end;
                end += read;
                for (int cut = chunker.cut(buffer, scanned, end - scanned);
                        cut >= 0;
                        cut = chunker.cut(buffer, scanned, end - scanned)) {
                    scanned += cut;
                    blobs.add(writer.add(BlobType.DATA, Arrays.copyOfRange(buffer, start, scanned)));
                    start = scanned;
                }
                if (end + READ_BYTES > buffer.length) {
                    System.arraycopy(buffer, start, buffer, 0, end - start);
                    end -= start;
                    start = 0;
                }
                size += read;
                count(read);
            }
        }
        if (end > start) {
            blobs.add(writer.add(BlobType.DATA, Arrays.copyOfRange(buffer, start, end)));
        }
        if (size != entry.bytes()) {
            throw new IOException("'%s' changed while it was read: it had %d bytes, then %d"
                    .formatted(entry.name(), entry.bytes(), size));
        }
        return new Pending(entry, size, blobs);
    }

    private void count(int read) throws IOException {
        workers.checkCancelled();
        lock.keep(); // what is read may all be known, so that nothing is stored for hours
        bytesRead += read;
        bytesDone += read;
        if (bytesDone - bytesTold >= PROGRESS_BYTES) {
            tell();
        }
    }

    private void tell() {
        bytesTold = bytesDone;
        options.progress().accept(new BackupProgress(filesDone, totalFiles, bytesDone, totalBytes));
    }

    private static ChunkId save(Directory directory, BlobWriter writer) throws IOException {
        try {
            List<TreeNode> nodes = new ArrayList<>();
            for (Map.Entry<String, Directory> child : directory.directories.entrySet()) {
                ChunkId subtree = save(child.getValue(), writer);
                nodes.add(TreeNode.directory(child.getKey(), child.getValue().modified(), subtree));
            }
            directory.files.forEach((name, file) -> nodes.add(file.node(name)));
            return writer.add(BlobType.TREE, new Tree(nodes).encode()).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
    }

    /** What is to become a tree. */
    private static final class Directory {
        private final Map<String, Directory> directories = new TreeMap<>();
        private final Map<String, Pending> files = new TreeMap<>();

        void add(String name, Pending file) {
            int slash = name.indexOf('/');
            if (slash < 0) {
                files.put(name, file);
            } else {
                directories
                        .computeIfAbsent(name.substring(0, slash), part -> new Directory())
                        .add(name.substring(slash + 1), file);
            }
        }

        /** The latest time of what is in it, so that equal content makes an equal tree. */
        Instant modified() {
            Instant latest = Instant.EPOCH;
            for (Pending file : files.values()) {
                latest = file.entry.modified().isAfter(latest) ? file.entry.modified() : latest;
            }
            for (Directory directory : directories.values()) {
                Instant below = directory.modified();
                latest = below.isAfter(latest) ? below : latest;
            }
            return latest;
        }
    }
}
