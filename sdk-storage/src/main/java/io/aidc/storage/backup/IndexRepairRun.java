package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.DamagedObjectException;
import io.aidc.storage.internal.restic.FileKind;
import io.aidc.storage.internal.restic.Index;
import io.aidc.storage.internal.restic.Pack;
import io.aidc.storage.internal.restic.Repository;
import io.aidc.storage.internal.restic.RepositoryLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;

/** Makes the index again from the headers of the packs. Confined: the leading thread; headers are read by all. */
final class IndexRepairRun {
    private final Repository repository;
    private final RepositoryLock lock;
    private final Workers workers;
    private final Index before;
    private final Map<ChunkId, Pack> found = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<Finding> findings = new ConcurrentLinkedQueue<>();

    IndexRepairRun(Repository repository, RepositoryLock lock, Workers workers) throws IOException {
        this.repository = repository;
        this.lock = lock;
        this.workers = workers;
        this.before = repository.index();
    }

    IndexRepair repair() throws IOException {
        Map<ChunkId, Long> listed = repository.listPacks();
        workers.forEach(listed.entrySet(), pack -> read(pack.getKey(), pack.getValue()));
        int dropped = 0;
        for (Pack pack : before.packs()) {
            if (!found.containsKey(pack.id())) {
                dropped++;
            }
            if (!listed.containsKey(pack.id())) {
                findings.add(new Finding.MissingPack(pack.key()));
            }
        }
        replaceIndex();
        long adopted =
                found.keySet().stream().filter(id -> before.pack(id).isEmpty()).count();
        return new IndexRepair(found.size(), (int) adopted, dropped, List.copyOf(findings));
    }

    private void read(ChunkId id, long bytes) throws IOException {
        lock.keep();
        try {
            found.put(id, repository.readPackHeader(id, bytes));
        } catch (DamagedObjectException e) {
            findings.add(new Finding.DamagedObject(e.object(), e.reason()));
            // The blobs may be whole though the header is not; the index still knows where they are.
            Optional<Pack> known = before.pack(id).filter(pack -> pack.bytes() == bytes);
            known.ifPresent(pack -> found.put(id, pack));
        }
    }

    private void replaceIndex() throws IOException {
        lock.confirm();
        List<ChunkId> old = repository.list(FileKind.INDEX);
        repository.saveIndex(new ArrayList<>(found.values()), old);
        for (ChunkId id : old) {
            repository.delete(FileKind.INDEX, id);
        }
    }
}
