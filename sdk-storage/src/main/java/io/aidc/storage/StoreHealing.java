package io.aidc.storage;

import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.replica.ChunkUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Replaces what this node lacks or holds damaged, from peers or from the latest backup that has it. */
final class StoreHealing {
    private final ReplicatedStore store;
    private final OpenBackups backups;
    private final Set<ChunkId> seen = new HashSet<>();
    private long checked;
    private long fromPeers;
    private long fromBackup;

    StoreHealing(ReplicatedStore store, OpenBackups backups) {
        this.store = store;
        this.backups = backups;
    }

    HealReport run(Progress progress) throws IOException {
        List<String> lost = new ArrayList<>();
        List<Catalog.Located> versions = store.catalog().versions();
        for (int i = 0; i < versions.size(); i++) {
            Catalog.Located version = versions.get(i);
            if (!heal(version.manifest())) {
                lost.add(version.name() + "@" + version.label());
            }
            progress.at(i + 1L, versions.size());
        }
        return new HealReport(checked, fromPeers, fromBackup, lost);
    }

    private boolean heal(ChunkId id) throws IOException {
        if (!isHere(id) && !fromBackup(id)) {
            return false;
        }
        boolean whole = true;
        for (Manifest.FileEntry file : store.versions().manifest(id).files()) {
            Set<ChunkId> missing = new HashSet<>();
            for (Manifest.ChunkEntry chunk : file.chunks()) {
                if (!isHere(chunk.id())) {
                    missing.add(chunk.id());
                }
            }
            whole &= missing.isEmpty() || fromBackup(id, file, missing);
        }
        return whole;
    }

    /** Says whether this node holds the chunk undamaged, fetching it from a peer if one has it. */
    private boolean isHere(ChunkId id) throws IOException {
        if (!seen.add(id)) {
            return true;
        }
        checked++;
        if (store.data().holds(id)) {
            return true;
        }
        try {
            store.data().storeHere(id, store.data().reader().read(id));
            fromPeers++;
            return true;
        } catch (ChunkUnavailableException e) {
            seen.remove(id);
            return false;
        }
    }

    private boolean fromBackup(ChunkId manifest) throws IOException {
        try (InputStream in = backups.open(StoreSource.MANIFESTS + manifest.hex())) {
            store.data().storeHere(manifest, in.readAllBytes());
            fromBackup++;
            return true;
        } catch (NoSuchFileException | DamagedBackupException e) {
            return false;
        }
    }

    private boolean fromBackup(ChunkId manifest, Manifest.FileEntry file, Set<ChunkId> missing) throws IOException {
        try (InputStream in = backups.open(StoreSource.VERSIONS + manifest.hex() + "/" + file.name())) {
            for (Manifest.ChunkEntry chunk : file.chunks()) {
                byte[] content = in.readNBytes(chunk.length());
                if (missing.remove(chunk.id())) {
                    store.data().storeHere(chunk.id(), content);
                    seen.add(chunk.id());
                    fromBackup++;
                }
            }
            return true;
        } catch (NoSuchFileException | DamagedBackupException e) {
            return false;
        }
    }
}
