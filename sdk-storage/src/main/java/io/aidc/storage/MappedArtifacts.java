package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole files on this node's disk, named by their digest, to be mapped into memory.
 *
 * <p>A file is written once: scratch file, flush, rename, flush of the directory. It is read through and compared with its
 * digest whenever it is mapped while nobody else has it mapped. A copy that is mapped is pinned; of the others the least
 * recently mapped are deleted when all together exceed the limit. A copy whose flush failed is never used.
 *
 * <p>Thread-safe: bookkeeping under this object's lock, one file's content under its artifact's lock, which is taken second
 * or alone. The directory belongs to one process.
 */
final class MappedArtifacts {
    private static final Logger LOG = LoggerFactory.getLogger(MappedArtifacts.class);
    private static final int BUFFER_BYTES = 256 << 10;
    private static final long SEGMENT_BYTES = 1L << 30;
    private static final String SCRATCH = ".tmp";

    /** One file; {@code pins} under the lock of the whole, {@code buffers} under this object's while it is pinned. */
    private static final class Artifact {
        private final ChunkId digest;
        private final long bytes;
        private int pins;
        private @Nullable List<ByteBuffer> buffers;

        Artifact(ChunkId digest, long bytes) {
            this.digest = digest;
            this.bytes = bytes;
        }
    }

    private final Path directory;
    private final long limitBytes;
    private final Disk disk;
    private final Map<ChunkId, Artifact> artifacts = new LinkedHashMap<>(16, 0.75f, true);
    private boolean opened;

    /** Touches the disk only when the first file is mapped. */
    MappedArtifacts(Path directory, long limitBytes, Disk disk) {
        this.directory = directory;
        this.limitBytes = limitBytes;
        this.disk = disk;
    }

    /** Writes the file's chunks, in order and each checked, if there is no good copy; then maps it. */
    MappedFile map(ChunkId digest, long bytes, ReadAhead chunks) throws IOException {
        Artifact artifact = pin(digest, bytes);
        try {
            return new MappedFile(content(artifact, chunks), () -> unpin(artifact));
        } catch (IOException | RuntimeException | Error e) {
            unpin(artifact);
            throw e;
        }
    }

    private synchronized Artifact pin(ChunkId digest, long bytes) throws IOException {
        if (!opened) {
            open();
            opened = true;
        }
        Artifact known = artifacts.get(digest);
        if (known == null || (known.bytes != bytes && known.pins == 0)) {
            known = new Artifact(digest, bytes);
            artifacts.put(digest, known);
        }
        known.pins++;
        evict();
        return known;
    }

    private synchronized void unpin(Artifact artifact) {
        artifact.pins--;
        if (artifact.pins == 0) {
            artifact.buffers = null; // the next one to map it checks it again
            if (!Files.exists(file(artifact.digest), LinkOption.NOFOLLOW_LINKS)) {
                artifacts.remove(artifact.digest, artifact);
            }
            evict();
        }
    }

    private void evict() {
        long total = artifacts.values().stream().mapToLong(a -> a.bytes).sum();
        Iterator<Artifact> oldest = artifacts.values().iterator();
        while (total > limitBytes && oldest.hasNext()) {
            Artifact artifact = oldest.next();
            if (artifact.pins == 0 && isDeleted(artifact)) {
                oldest.remove();
                total -= artifact.bytes;
            }
        }
    }

    private boolean isDeleted(Artifact artifact) {
        try {
            Files.deleteIfExists(file(artifact.digest));
            return true;
        } catch (IOException e) {
            LOG.debug("Artifact not deleted digest={} reason={}", artifact.digest, e.getMessage());
            return false;
        }
    }

    private void open() throws IOException {
        Files.createDirectories(directory);
        disk.forceDirectory(Objects.requireNonNull(directory.toAbsolutePath().getParent(), "parent"));
        try (Stream<Path> listed = Files.list(directory)) {
            List<Path> files = new ArrayList<>(listed.toList());
            files.sort(Comparator.<Path>comparingLong(file -> file.toFile().lastModified())
                    .thenComparing(Comparator.naturalOrder()));
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(SCRATCH)) {
                    Files.delete(file);
                } else if (ChunkId.isId(name)) {
                    ChunkId digest = ChunkId.parse(name);
                    artifacts.put(digest, new Artifact(digest, Files.size(file)));
                }
            }
        }
    }

    private List<ByteBuffer> content(Artifact artifact, ReadAhead chunks) throws IOException {
        synchronized (artifact) {
            List<ByteBuffer> buffers = artifact.buffers;
            if (buffers == null) {
                Path file = file(artifact.digest);
                if (!isIntact(artifact, file)) {
                    write(artifact, file, chunks);
                }
                buffers = mapped(file, artifact.bytes);
                artifact.buffers = buffers;
            }
            return buffers;
        }
    }

    private boolean isIntact(Artifact artifact, Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            if (channel.size() == artifact.bytes && digest(channel).equals(artifact.digest)) {
                return true;
            }
        }
        LOG.warn("Cached artifact is damaged and written again digest={}", artifact.digest);
        Files.delete(file);
        return false;
    }

    private static ChunkId digest(FileChannel channel) throws IOException {
        MessageDigest digest = ChunkId.newDigest();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        while (channel.read(buffer.clear()) >= 0) {
            digest.update(buffer.flip());
        }
        return ChunkId.ofDigest(digest.digest());
    }

    private void write(Artifact artifact, Path file, ReadAhead chunks) throws IOException {
        Path scratch = directory.resolve(artifact.digest + SCRATCH);
        Files.deleteIfExists(scratch);
        disk.refuseWithoutRoom(directory, artifact.bytes);
        try {
            MessageDigest digest = ChunkId.newDigest();
            try (FileChannel channel = disk.open(scratch, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                while (chunks.hasNext()) {
                    byte[] content = chunks.next();
                    digest.update(content);
                    Download.writeFully(channel, content, channel.position());
                    channel.position(channel.position() + content.length);
                }
                disk.force(channel, scratch);
            }
            checkDigest(artifact, ChunkId.ofDigest(digest.digest()));
            disk.move(scratch, file);
            disk.forceDirectory(directory);
        } finally {
            Files.deleteIfExists(scratch);
        }
    }

    private static void checkDigest(Artifact artifact, ChunkId actual) {
        if (!actual.equals(artifact.digest)) {
            throw new CorruptBlockException(
                    "the manifest's chunks make a file %s, the manifest says %s".formatted(actual, artifact.digest),
                    null);
        }
    }

    private List<ByteBuffer> mapped(Path file, long bytes) throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>();
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            long from = 0;
            do {
                long length = Math.min(SEGMENT_BYTES, bytes - from);
                buffers.add(channel.map(FileChannel.MapMode.READ_ONLY, from, length));
                from += length;
            } while (from < bytes);
        }
        return buffers;
    }

    private Path file(ChunkId digest) {
        return directory.resolve(digest.toString());
    }
}
