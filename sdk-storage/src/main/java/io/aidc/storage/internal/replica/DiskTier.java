package io.aidc.storage.internal.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.Disk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies of chunks on this node's disk, where the content itself is far away. At most so many bytes are kept; which, Caffeine
 * decides by how often and how lately each was read. A copy is checked whenever it is read and thrown away if it is damaged,
 * so nothing is flushed. A disk that fails or is full makes reads slow, not wrong.
 *
 * <p>Thread-safe: the cache. The directory belongs to one process.
 */
public final class DiskTier {
    private static final Logger LOG = LoggerFactory.getLogger(DiskTier.class);
    private static final String SCRATCH = ".tmp";

    private record Stored(Path file, ChunkId id, int bytes, FileTime written) {}

    private final Path directory;
    private final Cache<ChunkId, Integer> lengths;

    /**
     * Takes over what an earlier process has left.
     *
     * @param directory created if it does not exist
     * @param limitBytes &gt; 0
     */
    public DiskTier(Path directory, long limitBytes) throws IOException {
        this.directory = Files.createDirectories(directory);
        lengths = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(limitBytes)
                .weigher((ChunkId id, Integer bytes) -> bytes)
                .evictionListener((id, bytes, cause) -> delete(file(Objects.requireNonNull(id))))
                .build();
        for (Stored stored : left()) {
            lengths.put(stored.id(), stored.bytes());
        }
    }

    private List<Stored> left() throws IOException {
        List<Stored> left = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(SCRATCH)) {
                    delete(file);
                } else if (ChunkId.isId(name)) {
                    left.add(new Stored(
                            file, ChunkId.parse(name), (int) Files.size(file), Files.getLastModifiedTime(file)));
                }
            }
        }
        left.sort(Comparator.comparing(Stored::written));
        return left;
    }

    private Path file(ChunkId id) {
        return directory.resolve(id.toString());
    }

    /** Returns a chunk's content, or null if there is no good copy. */
    public byte @Nullable [] get(ChunkId id) {
        if (lengths.getIfPresent(id) == null) {
            return null;
        }
        try {
            byte[] content = Files.readAllBytes(file(id));
            if (ChunkId.of(content).equals(id)) {
                return content;
            }
            LOG.warn("A cached chunk is damaged and thrown away file={}", file(id));
        } catch (NoSuchFileException e) {
            // evicted meanwhile
        } catch (IOException e) {
            LOG.warn("A cached chunk cannot be read file={}", file(id), e);
        }
        lengths.invalidate(id);
        delete(file(id));
        return null;
    }

    /** Keeps a copy of a chunk, if the disk takes it. */
    public void put(ChunkId id, byte[] content) {
        try {
            Disk.REAL.refuseWithoutRoom(directory, content.length);
            Path scratch = Files.createTempFile(directory, "chunk", SCRATCH);
            try {
                Files.write(scratch, content);
                Files.move(scratch, file(id), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(scratch);
            }
            lengths.put(id, content.length);
        } catch (IOException e) {
            LOG.warn("A chunk is not cached directory={}", directory, e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("A cached chunk cannot be deleted file={}", file, e);
        }
    }
}
