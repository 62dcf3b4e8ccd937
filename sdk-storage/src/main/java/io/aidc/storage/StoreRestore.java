package io.aidc.storage;

import io.aidc.storage.backup.BackupRepository;
import io.aidc.storage.backup.Snapshot;
import io.aidc.storage.backup.SnapshotFiles;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.replica.Upload;
import io.aidc.storage.metadata.Entry;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.PointInTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Brings a backup into an empty store. */
final class StoreRestore {
    /** Present while a restore is under way, with the moment as its value; a restore to the same moment goes on. */
    static final String MARKER = "g/restoring";

    private final ReplicatedStore store;
    private final BackupRepository repository;
    private final List<SnapshotFiles> contents = new ArrayList<>();
    private long done;

    StoreRestore(ReplicatedStore store, BackupRepository repository) {
        this.store = store;
        this.repository = repository;
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
        List<Snapshot> all = snapshots(repository, store.source().name());
        if (all.isEmpty()) {
            throw new VersionNotFoundException("there is no backup of this store", null);
        }
        openNearest(all, moment);
        MetadataState state = stateAt(moment);
        if (state.lastIndex() < 0) {
            throw new VersionNotFoundException("no backup reaches back to " + moment, null);
        }
        claim(moment);
        List<Catalog.Located> versions = Catalog.versionsIn(state::scan);
        List<String> missing = new ArrayList<>();
        long total = totalBytes(versions);
        int restored = 0;
        for (Catalog.Located version : versions) {
            if (restore(version.manifest(), total, progress)) {
                restored++;
            } else {
                missing.add(version.name() + "@" + version.label());
            }
        }
        importMetadata(state, missing);
        return new StoreRestoration(Instant.ofEpochMilli(state.millis()), restored, done, missing);
    }

    /**
     * First the backup after the moment, which has the commands up to it, then the one before, then all others. What counts is the
     * store's own time, not when the backup was written.
     */
    private void openNearest(List<Snapshot> all, Instant moment) throws IOException {
        List<SnapshotFiles> later = new ArrayList<>();
        for (Snapshot snapshot : all) {
            SnapshotFiles files = repository.open(snapshot);
            if (stateTime(files).isAfter(moment)) {
                later.add(files);
            } else {
                contents.add(0, files);
            }
        }
        contents.addAll(0, later.stream().limit(1).toList());
        later.stream().skip(1).forEach(contents::add);
    }

    private static Instant stateTime(SnapshotFiles files) throws IOException {
        for (String name : files.names()) {
            if (name.startsWith(StoreSource.STATE)) {
                return files.modified(name);
            }
        }
        return Instant.MIN;
    }

    private MetadataState stateAt(Instant moment) throws IOException {
        Path scratch = Files.createTempDirectory("aidc-restore-");
        try {
            List<Path> states = new ArrayList<>();
            List<Path> segments = new ArrayList<>();
            for (int i = 0; i < contents.size(); i++) {
                for (String name : contents.get(i).names()) {
                    if (name.startsWith(StoreSource.STATE)) {
                        states.add(copy(contents.get(i), name, scratch));
                    } else if (i == 0 && name.startsWith(StoreSource.METADATA)) {
                        segments.add(copy(contents.get(i), name, scratch));
                    }
                }
            }
            return PointInTime.at(states, segments, moment.toEpochMilli());
        } finally {
            delete(scratch);
        }
    }

    private static Path copy(SnapshotFiles files, String name, Path scratch) throws IOException {
        Path target = scratch.resolve(name.substring(StoreSource.METADATA.length()));
        if (!Files.exists(target)) {
            try (InputStream in = files.open(name)) {
                Files.copy(in, target);
            }
        }
        return target;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void claim(Instant moment) throws IOException {
        List<Entry> present = new ArrayList<>(Catalog.all("", store.log()::scan));
        present.removeIf(entry -> entry.key().equals(GarbageCollector.EPOCH) || SharedSweep.isKey(entry.key()));
        boolean resumed = present.stream()
                .anyMatch(entry -> entry.key().equals(MARKER)
                        && new String(entry.value(), java.nio.charset.StandardCharsets.UTF_8)
                                .equals(moment.toString()));
        if (!resumed && !present.isEmpty()) {
            throw new IllegalStateException(
                    "a store that is restored into must be empty, this one has %d entries such as '%s'"
                            .formatted(present.size(), present.get(0).key()));
        }
        store.catalog().mark(MARKER, moment.toString());
    }

    private long totalBytes(List<Catalog.Located> versions) throws IOException {
        long total = 0;
        for (Catalog.Located version : versions) {
            Manifest manifest = manifest(version.manifest());
            total += manifest == null ? 0 : manifest.size();
        }
        return total;
    }

    private @org.jspecify.annotations.Nullable Manifest manifest(ChunkId id) throws IOException {
        for (SnapshotFiles files : contents) {
            if (files.names().contains(StoreSource.MANIFESTS + id.hex())) {
                try (InputStream in = files.open(StoreSource.MANIFESTS + id.hex())) {
                    return Manifest.decode(in.readAllBytes());
                }
            }
        }
        return null;
    }

    private InputStream open(String name) throws IOException {
        for (SnapshotFiles files : contents) {
            if (files.names().contains(name)) {
                return files.open(name);
            }
        }
        throw new NoSuchFileException(name);
    }

    /** Stores a version's content; false if no backup has all of it. Each chunk is checked against its id on the way in. */
    private boolean restore(ChunkId id, long total, Progress progress) throws IOException {
        Manifest manifest = manifest(id);
        if (manifest == null) {
            return false;
        }
        Upload upload = store.newUpload();
        for (Manifest.FileEntry file : manifest.files()) {
            try (InputStream in = open(StoreSource.VERSIONS + id.hex() + "/" + file.name())) {
                for (Manifest.ChunkEntry chunk : file.chunks()) {
                    upload.add(chunk.id(), in.readNBytes(chunk.length()));
                    done += chunk.length();
                    progress.at(done, total);
                }
            } catch (NoSuchFileException | io.aidc.storage.backup.DamagedBackupException e) {
                return false;
            }
        }
        upload.add(id, manifest.encode());
        upload.flush();
        return true;
    }

    private void importMetadata(MetadataState state, List<String> missing) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Entry entry : Catalog.all("", state::scan)) {
            boolean transientKey = entry.key().startsWith("l/") || entry.key().startsWith("g/");
            if (!transientKey && !Catalog.concerns(entry, missing)) {
                entries.add(entry);
            }
        }
        store.catalog().importAll(entries);
        store.catalog().unmark(MARKER);
    }
}
