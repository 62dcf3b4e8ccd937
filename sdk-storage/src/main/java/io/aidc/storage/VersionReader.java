package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.file.Disk;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;

/** Reads versions by their manifests. */
final class VersionReader {
    private final ChunkSource chunks;
    private final MappedArtifacts artifacts;
    private final Disk disk;
    private final Executor executor;

    /** @param executor loads chunks ahead; may be busy or refuse */
    VersionReader(ChunkSource chunks, MappedArtifacts artifacts, Disk disk, Executor executor) {
        this.chunks = chunks;
        this.artifacts = artifacts;
        this.disk = disk;
        this.executor = executor;
    }

    Version describe(Catalog.Located located) throws IOException {
        Manifest manifest = manifest(located.manifest());
        List<StoredFile> files = manifest.files().stream()
                .map(file ->
                        new StoredFile(file.name(), file.length(), file.digest().hex()))
                .toList();
        return new Version(
                located.name(),
                located.label(),
                located.manifest().toString(),
                manifest.size(),
                files,
                VersionText.metadata(manifest.metadata()),
                VersionText.provenance(manifest.metadata()));
    }

    Manifest manifest(Version version) throws IOException {
        return manifest(ChunkId.parse(version.digest()));
    }

    Manifest manifest(ChunkId id) throws IOException {
        try {
            return Manifest.decode(chunks.read(id));
        } catch (IllegalArgumentException e) {
            throw new CorruptBlockException("manifest %s: %s".formatted(id, e.getMessage()), e);
        }
    }

    InputStream stream(Version version, String file) throws IOException {
        return stream(entry(version, file));
    }

    InputStream stream(Manifest.FileEntry file) {
        return new VersionStream(readAhead(file));
    }

    private ReadAhead readAhead(Manifest.FileEntry file) {
        return new ReadAhead(
                new FileChunks(chunks, file), IntStream.range(0, file.chunks().size()), executor);
    }

    /** Opens a file for random access. */
    SeekableByteChannel open(Version version, String file) throws IOException {
        return new VersionChannel(new FileChunks(chunks, entry(version, file)));
    }

    /** Maps a file from a copy on this node's disk, which is made if there is none and read through if there is. */
    MappedFile map(Version version, String file) throws IOException {
        Manifest.FileEntry entry = entry(version, file);
        try (ReadAhead content = readAhead(entry)) {
            return artifacts.map(entry.digest(), entry.length(), content);
        }
    }

    byte[] read(Version version, String file) throws IOException {
        Manifest.FileEntry entry = entry(version, file);
        if (entry.length() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "file '%s' has %d bytes, too many for one array: use stream".formatted(file, entry.length()));
        }
        byte[] bytes = new byte[(int) entry.length()];
        try (InputStream in = stream(entry)) {
            in.readNBytes(bytes, 0, bytes.length);
        }
        return bytes;
    }

    private Manifest.FileEntry entry(Version version, String file) throws IOException {
        return manifest(version).files().stream()
                .filter(candidate -> candidate.name().equals(file))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("%s@%s has no file '%s'; it has %s"
                        .formatted(
                                version.name(),
                                version.version(),
                                file,
                                version.files().stream().map(StoredFile::name).toList())));
    }

    /** Writes all files into a directory that must not exist; goes on where an earlier attempt ended. */
    void readTo(Version version, Path directory, Progress progress) throws IOException {
        new Download(manifest(version), chunks, disk, executor, progress)
                .to(directory, ChunkId.parse(version.digest()).hex());
    }
}
