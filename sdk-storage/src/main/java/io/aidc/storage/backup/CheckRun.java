package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Pack;
import io.aidc.storage.internal.restic.PackedBlob;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import io.aidc.storage.internal.restic.SnapshotFile;
import io.aidc.storage.internal.restic.TreeNode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check. Order: snapshots are listed before the index is read, since they are written after it.
 *
 * <p>Confined: the leading thread; packs are read by all.
 */
final class CheckRun {
    private final Repository repository;
    private final Workers workers;
    private final RepositoryLock lock;
    private final Set<Finding> findings = new LinkedHashSet<>();
    private final BlobSet used = new BlobSet();
    private final AtomicLong bytesRead = new AtomicLong();
    private final Index index;
    private Map<ChunkId, Long> packs = Map.of();
    private int snapshots;
    private int packsRead;

    CheckRun(Repository repository, RepositoryLock lock, Workers workers) throws IOException {
        this.repository = repository;
        this.lock = lock;
        this.workers = workers;
        List<ChunkId> listed = repository.list(FileKind.SNAPSHOT);
        repository.forgetIndex();
        index = repository.index();
        checkFiles();
        checkPacks();
        for (ChunkId id : listed) {
            checkSnapshot(id);
        }
    }

    CheckReport report(CheckScope scope, Consumer<BackupProgress> progress) throws IOException {
        CheckCursor cursor = null;
        if (scope instanceof CheckScope.UnusedBlobs) {
            findUnused();
        } else if (scope instanceof CheckScope.AllData) {
            read(present(), progress);
        } else if (scope instanceof CheckScope.PartOfData part) {
            read(
                    present().stream()
                            .filter(pack -> firstByte(pack.id()) % part.parts() == part.part() - 1)
                            .toList(),
                    progress);
        } else if (scope instanceof CheckScope.DataFrom from) {
            cursor = readFrom(from, progress);
        }
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparing(Finding::severity));
        return new CheckReport(sorted, snapshots, index.packs().size(), packsRead, bytesRead.get(), cursor);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    Index index() {
        return index;
    }

    /** The packs that are there and their lengths. */
    Map<ChunkId, Long> packs() {
        return packs;
    }

    boolean isUsed(PackedBlob blob) {
        return used.contains(blob);
    }

    private void checkFiles() throws IOException {
        note("config", repository::checkConfig);
        for (ChunkId id : repository.list(FileKind.KEY)) {
            note(FileKind.KEY.key(id), () -> repository.keys().check(id));
        }
        for (ChunkId id : repository.list(FileKind.LOCK)) {
            note(FileKind.LOCK.key(id), () -> checkLock(id));
        }
        for (DamagedObjectException damaged : index.damaged()) {
            findings.add(new Finding.DamagedObject(damaged.object(), damaged.reason()));
        }
    }

    private void checkLock(ChunkId id) throws IOException {
        try {
            repository.load(FileKind.LOCK, id);
        } catch (NoSuchFileException e) {
            return; // locks come and go
        }
    }

    private void note(String object, IoAction action) throws IOException {
        try {
            action.run();
        } catch (DamagedObjectException e) {
            findings.add(new Finding.DamagedObject(e.object(), e.reason()));
        } catch (NoSuchFileException e) {
            findings.add(new Finding.DamagedObject(object, "it is missing"));
        }
    }

    /** Reads something. */
    private interface IoAction {
        void run() throws IOException;
    }

    private void checkPacks() throws IOException {
        packs = repository.listPacks();
        for (Pack pack : index.packs()) {
            Long bytes = packs.get(pack.id());
            if (bytes == null) {
                findings.add(new Finding.MissingPack(pack.key()));
            } else if (bytes != pack.bytes()) {
                findings.add(new Finding.WrongLength(pack.key(), bytes, pack.bytes()));
            }
            if (pack.blobs().stream().map(PackedBlob::type).distinct().count() > 1) {
                findings.add(new Finding.MixedPack(pack.key()));
            }
        }
        index.repeatedPacks().forEach(id -> findings.add(new Finding.RepeatedPack(FileKind.PACK.key(id))));
        packs.forEach((id, bytes) -> {
            if (index.pack(id).isEmpty()) {
                findings.add(new Finding.UnindexedPack(FileKind.PACK.key(id), bytes));
            }
        });
    }

    /** A directory yet to be read. */
    private record Pending(String path, ChunkId tree) {}

    private void checkSnapshot(ChunkId id) throws IOException {
        SnapshotFile snapshot;
        try {
            snapshot = repository.snapshot(id);
        } catch (DamagedObjectException e) {
            findings.add(new Finding.DamagedObject(e.object(), e.reason()));
            return;
        } catch (NoSuchFileException e) {
            return; // forgotten since it was listed
        }
        snapshots++;
        Deque<Pending> open = new ArrayDeque<>();
        open.add(new Pending("", snapshot.tree()));
        while (!open.isEmpty()) {
            Pending next = open.remove();
            if (used.add(BlobType.TREE, next.tree)) {
                workers.checkCancelled();
                lock.keep();
                checkTree(next, id, open);
            }
        }
    }

    private void checkTree(Pending directory, ChunkId snapshot, Deque<Pending> open) throws IOException {
        if (!index.contains(BlobType.TREE, directory.tree)) {
            findings.add(new Finding.MissingBlob(directory.tree.hex(), directory.path + "/", snapshot.hex()));
            return;
        }
        List<TreeNode> nodes;
        try {
            nodes = repository.tree(index, directory.tree).nodes();
        } catch (DamagedObjectException e) {
            findings.add(new Finding.DamagedObject(e.object(), e.reason()));
            return;
        }
        for (TreeNode node : nodes) {
            String path = directory.path + "/" + node.name();
            ChunkId subtree = node.subtree();
            if (subtree != null) {
                open.add(new Pending(path, subtree));
            }
            for (ChunkId blob : node.content()) {
                used.add(BlobType.DATA, blob);
                if (!index.contains(BlobType.DATA, blob)) {
                    findings.add(new Finding.MissingBlob(blob.hex(), path, snapshot.hex()));
                }
            }
        }
    }

    private void findUnused() {
        for (Pack pack : index.packs()) {
            for (PackedBlob blob : pack.blobs()) {
                boolean isFirst = index.find(blob.type(), blob.id())
                        .filter(place ->
                                place.pack().equals(pack.id()) && place.blob().equals(blob))
                        .isPresent();
                if (!isUsed(blob) || !isFirst) {
                    findings.add(new Finding.UnusedBlob(blob.id().hex(), pack.key()));
                }
            }
        }
    }

    /** The packs that are both in the index and there, by id. */
    private List<Pack> present() {
        return index.packs().stream()
                .filter(pack -> packs.containsKey(pack.id()))
                .toList();
    }

    private @Nullable CheckCursor readFrom(CheckScope.DataFrom from, Consumer<BackupProgress> progress)
            throws IOException {
        CheckCursor after = from.after();
        List<Pack> chosen = new ArrayList<>();
        long bytes = 0;
        boolean isEnd = true;
        for (Pack pack : present()) {
            if (after != null && pack.id().compareTo(after.id()) <= 0) {
                continue;
            }
            if (bytes >= from.bytes()) {
                isEnd = false;
                break;
            }
            chosen.add(pack);
            bytes += pack.bytes();
        }
        read(chosen, progress);
        return isEnd ? null : new CheckCursor(chosen.get(chosen.size() - 1).id().hex());
    }

    private void read(List<Pack> chosen, Consumer<BackupProgress> progress) throws IOException {
        packsRead = chosen.size();
        var tally = new Tally(
                progress, packsRead, chosen.stream().mapToLong(Pack::bytes).sum());
        workers.forEach(chosen, pack -> {
            lock.keep();
            Finding damage = readPack(pack);
            if (damage != null) {
                synchronized (findings) {
                    findings.add(damage);
                }
            }
            tally.add(1, pack.bytes());
        });
    }

    private @Nullable Finding readPack(Pack pack) throws IOException {
        try {
            byte[] content = repository.loadRaw(FileKind.PACK, pack.id());
            bytesRead.addAndGet(content.length);
            Pack header = repository.readPackHeader(pack.id(), content.length);
            if (!header.blobs().equals(pack.blobs())) {
                return new Finding.DamagedObject(pack.key(), "its header and the index differ");
            }
            for (PackedBlob blob : pack.blobs()) {
                repository.decode(pack.id(), blob, content, blob.offset());
            }
            return null;
        } catch (DamagedObjectException e) {
            return new Finding.DamagedObject(pack.key(), e.reason());
        } catch (NoSuchFileException e) {
            return new Finding.MissingPack(pack.key());
        }
    }

    private static int firstByte(ChunkId id) {
        return Integer.parseInt(id.hex(), 0, 2, 16);
    }
}
