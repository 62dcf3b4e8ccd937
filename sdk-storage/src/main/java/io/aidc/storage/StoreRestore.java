package io.aidc.storage;

import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.DamagedBackupException;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.backup.SnapshotFiles;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.replica.Upload;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings a backup into an empty store. */
final class StoreRestore {
    /**
     * Present while a restore is under way: nothing else is written then. Its value is the moment, once the store was seen to be
     * empty behind the mark; a restore to the same moment goes on.
     */
    static final String MARKER = "g/restoring";

    private static final String CLAIMING = "claiming";

    private final ReplicatedStore store;
    private final OpenBackups backups;
    private long done; // with what was read of versions that turned out to be missing
    private long bytes;

    StoreRestore(ReplicatedStore store, OpenBackups backups) {
        this.store = store;
        this.backups = backups;
    }

    static List<Snapshot> snapshots(BackupRepository repository, String name) throws IOException {
        return repository.snapshots().stream()
                .filter(snapshot -> snapshot.paths().contains("/" + name))
                .toList();
    }

    /** The number of the latest log entry in a snapshot's state, -1 for none. */
    static long stateIndex(SnapshotFiles files) {
        return files.names().stream()
                .filter(name -> name.startsWith(StoreSource.STATE))
                .mapToLong(name -> Long.parseLong(name.substring(StoreSource.STATE.length())) - 1)
                .max()
                .orElse(-1);
    }

    StoreRestoration run(Instant moment, Progress progress) throws IOException {
        if (backups.isEmpty()) {
            throw new VersionNotFoundException(backups.described(), null);
        }
        MetadataState state = new RestorePoint(backups, moment).find();
        if (state.lastIndex() < 0) {
            throw new VersionNotFoundException(
                    "no backup reaches back to %s; the earliest is of %s%s"
                            .formatted(
                                    moment,
                                    backups.earliest().map(Instant::toString).orElse("no moment"),
                                    backups.unreadable().isEmpty() ? "" : "; unreadable: " + backups.unreadable()),
                    null);
        }
        claim(moment.toString());
        List<Catalog.Located> versions = Catalog.versionsIn(state::scan);
        List<String> missing = restore(versions, progress);
        int restored = versions.size() - missing.size();
        missing.addAll(importMetadata(state, missing, moment.toString()));
        return new StoreRestoration(
                Instant.ofEpochMilli(state.millis()), restored, bytes, missing, backups.unreadable());
    }

    /** Stores the content of versions; returns those of which no backup has all. */
    private List<String> restore(List<Catalog.Located> versions, Progress progress) throws IOException {
        List<String> missing = new ArrayList<>();
        long total = totalBytes(versions);
        Map<ChunkId, Boolean> seen = new HashMap<>();
        for (Catalog.Located version : versions) {
            ChunkId id = version.manifest();
            if (!seen.containsKey(id)) {
                seen.put(id, restore(id, total, progress));
            }
            if (!seen.get(id)) {
                missing.add(version.name() + "@" + version.label());
            }
        }
        return missing;
    }

    private void claim(String moment) throws IOException {
        Catalog catalog = store.catalog();
        String found = catalog.restoring();
        if (moment.equals(found)) {
            return;
        }
        if (found != null && !found.equals(CLAIMING)) {
            throw new IllegalStateException(
                    "a restore to %s goes on here, or broke off: repeat that one, or use another store"
                            .formatted(found));
        }
        refuseUnlessEmpty();
        catalog.markRestore(found, CLAIMING);
        try {
            refuseUnlessEmpty();
        } catch (IllegalStateException e) {
            catalog.markRestore(CLAIMING, null);
            throw e;
        }
        catalog.markRestore(CLAIMING, moment);
    }

    private void refuseUnlessEmpty() throws IOException {
        List<Entry> present = new ArrayList<>(Catalog.all("", store.log()::scan));
        present.removeIf(entry -> entry.key().startsWith("g/"));
        if (!present.isEmpty()) {
            throw new IllegalStateException(
                    "a store that is restored into must be empty, this one has %d entries such as '%s'"
                            .formatted(present.size(), present.get(0).key()));
        }
    }

    private long totalBytes(List<Catalog.Located> versions) throws IOException {
        long total = 0;
        Set<ChunkId> ids = versions.stream().map(Catalog.Located::manifest).collect(Collectors.toSet());
        for (ChunkId id : ids) {
            Manifest manifest = manifest(id);
            total += manifest == null ? 0 : manifest.size();
        }
        return total;
    }

    private @Nullable Manifest manifest(ChunkId id) throws IOException {
        try (InputStream in = backups.open(StoreSource.MANIFESTS + id.hex())) {
            return Manifest.decode(in.readAllBytes());
        } catch (NoSuchFileException | DamagedBackupException e) {
            return null;
        }
    }

    /** Stores a version's content; false if no backup has all of it. Each chunk is checked against its id on the way in. */
    private boolean restore(ChunkId id, long total, Progress progress) throws IOException {
        Manifest manifest = manifest(id);
        if (manifest == null) {
            return false;
        }
        Upload upload = store.newUpload();
        for (Manifest.FileEntry file : manifest.files()) {
            try (InputStream in = backups.open(StoreSource.VERSIONS + id.hex() + "/" + file.name())) {
                for (Manifest.ChunkEntry chunk : file.chunks()) {
                    upload.add(chunk.id(), in.readNBytes(chunk.length()));
                    done += chunk.length();
                    progress.at(done, total);
                }
            } catch (NoSuchFileException | DamagedBackupException e) {
                return false;
            }
        }
        upload.add(id, manifest.encode());
        upload.flush();
        bytes += manifest.size();
        return true;
    }

    /** Returns the aliases that point at what is missing. */
    private List<String> importMetadata(MetadataState state, List<String> missing, String mark) throws IOException {
        List<Entry> entries = new ArrayList<>();
        List<String> aliases = new ArrayList<>();
        for (Entry entry : Catalog.all("", state::scan)) {
            boolean transientKey = entry.key().startsWith("l/") || entry.key().startsWith("g/");
            if (!transientKey && !Catalog.concerns(entry, missing)) {
                entries.add(entry);
            } else if (entry.key().startsWith("a/")) {
                aliases.add(entry.key().substring(2));
            }
        }
        entries.sort(Comparator.comparing(entry -> !entry.key().startsWith("v/"))); // no alias before its version
        store.catalog().importAll(entries, mark);
        store.catalog().markRestore(mark, null);
        return aliases;
    }
}
