package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.chunk.Manifest;
import io.aidc.storage.internal.file.Disk;
import io.aidc.storage.internal.replica.ChunkReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Reads versions by their manifests. */
final class VersionReader {
    private final ChunkReader chunks;
    private final Disk disk;

    VersionReader(ChunkReader chunks, Disk disk) {
        this.chunks = chunks;
        this.disk = disk;
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
        return new VersionStream(chunks, file.chunks());
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

    void readTo(Version version, Path directory) throws IOException {
        Path target = directory.toAbsolutePath().normalize();
        Path parent = target.getParent();
        if (parent == null || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString(), null, "must not exist before");
        }
        Files.createDirectories(parent);
        Path scratch = parent.resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            Files.createDirectory(scratch);
            for (Manifest.FileEntry file : manifest(version).files()) {
                write(file, scratch);
            }
            forceDirectories(scratch);
            disk.move(scratch, target);
            disk.forceDirectory(parent);
        } finally {
            deleteTree(scratch);
        }
    }

    private void write(Manifest.FileEntry file, Path scratch) throws IOException {
        Path path = scratch.resolve(file.name());
        Files.createDirectories(path.getParent());
        try (InputStream in = stream(file);
                FileChannel channel = disk.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            in.transferTo(Channels.newOutputStream(channel));
            disk.force(channel, path);
        }
    }

    private void forceDirectories(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path directory : paths.filter(Files::isDirectory).toList()) {
                disk.forceDirectory(directory);
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
