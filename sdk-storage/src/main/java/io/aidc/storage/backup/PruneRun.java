package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.BlobWriter;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Pack;
import io.aidc.storage.internal.restic.PackedBlob;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One prune, under an exclusive lock. Order: new packs and their index, then one index of all that stays, then the old index
 * files are deleted, then the old packs. Wherever it stops, each blob that a snapshot needs is in a pack that an index names.
 *
 * <p>Confined: the leading thread.
 */
final class PruneRun {
    /** A pack is rewritten when at least a quarter of it is not needed. */
    private static final int REWRITE_QUARTER = 4;

    private static final int BLOBS_PER_THREAD = 3;

    private final Repository repository;
    private final RepositoryLock lock;
    private final Workers workers;
    private final CheckRun check;
    private final BlobSet kept = new BlobSet();
    private final List<Pack> keep = new ArrayList<>();
    private final List<Pack> rewrite = new ArrayList<>();
    private final Set<Index.Place> damaged = new HashSet<>();

    PruneRun(Repository repository, RepositoryLock lock, Workers workers) throws IOException {
        this.repository = repository;
        this.lock = lock;
        this.workers = workers;
        this.check = new CheckRun(repository, lock, workers);
    }

    Pruning prune() throws IOException {
        List<Finding> damage = check.findings().stream().filter(this::matters).toList();
        if (!damage.isEmpty()) {
            return new Pruning.Refused(damage);
        }
        findDamagedDirectories();
        decide();
        Set<ChunkId> deleted = new LinkedHashSet<>(check.packs().keySet());
        keep.forEach(pack -> deleted.remove(pack.id()));
        List<ChunkId> oldIndex = check.index().files();
        if (deleted.isEmpty() && keep.size() == check.index().packs().size() && oldIndex.size() <= 1) {
            long bytes = sum(check.packs());
            return new Pruning.Done(0, 0, bytes, bytes);
        }
        List<Pack> written = rewrite();
        replaceIndex(written);
        for (ChunkId pack : deleted) {
            lock.keep();
            repository.delete(FileKind.PACK, pack);
        }
        return new Pruning.Done(deleted.size(), written.size(), sum(check.packs()), sum(repository.listPacks()));
    }

    /** Damage does not matter where no snapshot needs what is damaged. */
    private boolean matters(Finding finding) {
        if (finding instanceof Finding.MissingPack missing) {
            return isNeeded(missing.pack());
        }
        if (finding instanceof Finding.WrongLength wrong) {
            return isNeeded(wrong.pack());
        }
        return finding.severity() == Finding.Severity.DAMAGE;
    }

    private boolean isNeeded(String packKey) {
        return check.index().packs().stream()
                .filter(pack -> pack.key().equals(packKey))
                .flatMap(pack -> pack.blobs().stream())
                .anyMatch(check::isUsed);
    }

    /** A backup stores a directory again whose copy it found damaged; that copy must not be the one that stays. */
    private void findDamagedDirectories() throws IOException {
        for (Pack pack : check.index().packs()) {
            for (PackedBlob blob : pack.blobs()) {
                if (blob.type() == BlobType.TREE
                        && check.index().places(BlobType.TREE, blob.id()).size() > 1) {
                    workers.checkCancelled();
                    lock.keep();
                    readOrDoubt(new Index.Place(pack.id(), blob));
                }
            }
        }
    }

    private void readOrDoubt(Index.Place place) throws IOException {
        try {
            repository.blob(place);
        } catch (DamagedObjectException e) {
            damaged.add(place);
        }
    }

    private boolean counts(Pack pack, PackedBlob blob) {
        return check.isUsed(blob) && !damaged.contains(new Index.Place(pack.id(), blob));
    }

    private void decide() {
        List<Pack> largestFirst = check.index().packs().stream()
                .filter(pack -> check.packs().containsKey(pack.id()))
                .filter(pack -> pack.blobs().stream().anyMatch(blob -> counts(pack, blob)))
                .sorted(Comparator.comparingLong(Pack::bytes).reversed())
                .toList();
        for (Pack pack : largestFirst) {
            long needed = pack.blobs().stream()
                    .filter(blob -> counts(pack, blob))
                    .filter(kept::add)
                    .mapToLong(PackedBlob::length)
                    .sum();
            long all = pack.blobs().stream().mapToLong(PackedBlob::length).sum();
            if (needed > 0 && (all - needed) * REWRITE_QUARTER < all) {
                keep.add(pack);
            } else if (needed > 0) {
                rewrite.add(pack);
            }
        }
    }

    private List<Pack> rewrite() throws IOException {
        if (rewrite.isEmpty()) {
            return List.of();
        }
        var staying = new BlobSet();
        keep.forEach(
                pack -> pack.blobs().stream().filter(blob -> counts(pack, blob)).forEach(staying::add));
        var writer =
                new BlobWriter(repository, (type, id) -> false, lock, workers, BLOBS_PER_THREAD * workers.threads());
        List<CompletableFuture<ChunkId>> copies = new ArrayList<>();
        for (Pack pack : rewrite) {
            for (PackedBlob blob : pack.blobs()) {
                if (counts(pack, blob) && !staying.contains(blob)) {
                    workers.checkCancelled();
                    byte[] sealed = repository.readSealed(pack.id(), blob.offset(), blob.length());
                    copies.add(writer.add(blob.type(), repository.decode(pack.id(), blob, sealed, 0)));
                }
            }
        }
        List<Pack> written = writer.finish();
        copies.forEach(CompletableFuture::join);
        return written;
    }

    private void replaceIndex(List<Pack> written) throws IOException {
        List<Pack> staying = new ArrayList<>(keep);
        staying.addAll(written);
        lock.confirm();
        List<ChunkId> superseded = repository.list(FileKind.INDEX);
        repository.saveIndex(staying, superseded);
        for (ChunkId old : superseded) {
            lock.keep();
            repository.delete(FileKind.INDEX, old);
        }
    }

    private static long sum(Map<ChunkId, Long> packs) {
        return packs.values().stream().mapToLong(Long::longValue).sum();
    }
}
