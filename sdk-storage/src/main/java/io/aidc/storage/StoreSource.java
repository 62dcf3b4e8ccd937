package io.aidc.storage;

import io.aidc.storage.backup.BackupSource;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.metadata.CommandArchive;
import io.aidc.storage.metadata.MetadataLog;
import io.aidc.storage.metadata.MetadataState;
import io.aidc.storage.metadata.SnapshotFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A store as a tree of files, as it was at one moment.
 *
 * <p>{@code versions/<digest>/<file>} is the content, {@code manifests/<digest>} what a version consists of, {@code catalog.tsv} a
 * table of names, versions and digests for people, {@code aliases.tsv} where each alias points, {@code
 * metadata/state-<entry>} the metadata, {@code metadata/archive-<entry>} the commands since the oldest backup that is kept.
 * Content never changes, and has the time 1970-01-01, so that it is read once.
 */
final class StoreSource implements BackupSource {
    static final String VERSIONS = "versions/";
    static final String MANIFESTS = "manifests/";
    static final String METADATA = "metadata/";
    static final String STATE = METADATA + "state-";
    static final String ARCHIVE = METADATA + "archive-";
    static final String CATALOG = "catalog.tsv";
    static final String ALIASES = "aliases.tsv";

    private final String name;
    private final MetadataLog log;
    private final VersionReader versions;
    private final List<Entry> entries = new ArrayList<>();

    StoreSource(String name, MetadataLog log, VersionReader versions) {
        this.name = name;
        this.log = log;
        this.versions = versions;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Entry> entries() throws IOException {
        entries.clear();
        log.read(List.of());
        byte[] snapshot = log.state().toSnapshot();
        var state = new MetadataState();
        state.restore(snapshot);
        addState(snapshot, state);
        addArchive();
        addVersions(state);
        addAliases(state);
        return entries;
    }

    /** The file with the state after an entry. */
    static String state(long lastIndex) {
        return String.format(Locale.ROOT, "%s%020d", STATE, lastIndex + 1);
    }

    private void addState(byte[] snapshot, MetadataState state) {
        byte[] content = SnapshotFile.withChecksum(snapshot);
        add(state(state.lastIndex()), content, Instant.ofEpochMilli(state.millis()));
    }

    private void addArchive() throws IOException {
        CommandArchive archive = log.archive();
        if (archive == null) {
            return;
        }
        for (Path segment : archive.cut()) {
            entries.add(new Entry(
                    METADATA + segment.getFileName(),
                    Files.size(segment),
                    Files.getLastModifiedTime(segment).toInstant(),
                    () -> Files.newInputStream(segment)));
        }
    }

    private void addVersions(MetadataState state) throws IOException {
        var catalog = new StringBuilder("name\tversion\tdigest\n");
        Set<ChunkId> seen = new HashSet<>();
        for (Catalog.Located version : Catalog.versionsIn(range -> state.scan(range))) {
            catalog.append(version.name()).append('\t').append(version.label()).append('\t');
            catalog.append(version.manifest().hex()).append('\n');
            if (seen.add(version.manifest())) {
                addVersion(version.manifest());
            }
        }
        addTable(CATALOG, catalog, state);
    }

    private void addAliases(MetadataState state) throws IOException {
        var aliases = new StringBuilder("name\talias\tversion\n");
        for (io.aidc.storage.metadata.Entry alias : Catalog.all("a/", range -> state.scan(range))) {
            aliases.append(alias.key().substring(2).replace('@', '\t')).append('\t');
            aliases.append(new String(alias.value(), StandardCharsets.UTF_8)).append('\n');
        }
        addTable(ALIASES, aliases, state);
    }

    private void addTable(String file, StringBuilder table, MetadataState state) {
        add(file, table.toString().getBytes(StandardCharsets.UTF_8), Instant.ofEpochMilli(state.millis()));
    }

    private void addVersion(ChunkId id) throws IOException {
        Manifest manifest = versions.manifest(id);
        add(MANIFESTS + id.hex(), manifest.encode(), Instant.EPOCH);
        for (Manifest.FileEntry file : manifest.files()) {
            entries.add(new Entry(
                    VERSIONS + id.hex() + "/" + file.name(),
                    file.length(),
                    Instant.EPOCH,
                    () -> versions.stream(file)));
        }
    }

    private void add(String file, byte[] content, Instant modified) {
        entries.add(new Entry(file, content.length, modified, () -> new ByteArrayInputStream(content)));
    }
}
