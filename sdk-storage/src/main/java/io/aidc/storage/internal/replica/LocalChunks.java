package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.file.DurableFiles;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.IdSummary;
import io.aidc.storage.internal.pack.MismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Chunks as files: {@code <first two hex digits>/sha256-<hex>}, written through {@code tmp}.
 *
 * <p>A file is named only after its bytes are flushed, and answered for only after its name is; after a failed flush nothing
 * is answered for. Opening flushes all
 * directories, so that a name left by a crash between rename and flush is durable before it is answered for, and empties
 * {@code tmp}.
 *
 * <p>Thread-safe: one lock per first digit pair; writing threads must not be interrupted.
 */
public final class LocalChunks implements ChunkStore {
    private static final int FAN_OUT = 256;

    private final Path directory;
    private final Path scratch;
    private final DurableFiles files;
    private final Object[] locks = new Object[FAN_OUT];

    /** Opens or creates a chunk directory. */
    public LocalChunks(Path directory, DurableFiles files) throws IOException {
        this.directory = directory;
        this.files = files;
        scratch = directory.resolve("tmp");
        files.createDirectories(scratch);
        deleteScratchFiles();
        for (int i = 0; i < FAN_OUT; i++) {
            locks[i] = new Object();
            Path fan = directory.resolve(String.format(java.util.Locale.ROOT, "%02x", i));
            if (Files.isDirectory(fan)) {
                files.forceDirectory(fan);
            }
        }
        files.forceDirectory(directory);
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        Set<ChunkId> missing = new LinkedHashSet<>();
        for (ChunkId id : ids) {
            synchronized (lock(id)) {
                files.refuseAfterFailure();
                if (!Files.isRegularFile(file(id))) {
                    missing.add(id);
                }
            }
        }
        return missing;
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        for (Map.Entry<ChunkId, byte[]> blob : blobs.entrySet()) {
            store(blob.getKey(), blob.getValue());
        }
    }

    private void store(ChunkId id, byte[] content) throws IOException {
        ChunkId actual = ChunkId.of(content);
        if (!actual.equals(id)) {
            throw new MismatchException(id, actual.toString());
        }
        synchronized (lock(id)) {
            files.refuseAfterFailure();
            if (get(id) instanceof Lookup.Found) {
                return;
            }
            Path file = file(id);
            Path parent = directory.resolve(fan(id));
            if (!Files.isDirectory(parent)) {
                files.createDirectories(parent);
            }
            files.write(file, scratch, content);
        }
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file(id))) {
            content = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            return new Lookup.Missing();
        }
        ChunkId actual = ChunkId.of(content);
        return actual.equals(id) ? new Lookup.Found(content) : new Lookup.Corrupt(actual.toString());
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
        return all().stream()
                .filter(id -> after == null || id.compareTo(after) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public IdSummary summary() throws IOException {
        return IdSummary.of(all());
    }

    private List<ChunkId> all() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("sha256-") && !name.endsWith(".tmp"))
                    .map(ChunkId::parse)
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        for (ChunkId id : ids) {
            Files.deleteIfExists(file(id));
        }
    }

    /** Returns where a chunk's file is or would be. */
    public Path file(ChunkId id) {
        return directory.resolve(fan(id)).resolve(id.toString());
    }

    private static String fan(ChunkId id) {
        return id.hex().substring(0, 2);
    }

    private Object lock(ChunkId id) {
        return locks[Integer.parseInt(fan(id), 16)];
    }

    private void deleteScratchFiles() throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(scratch)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
    }
}
