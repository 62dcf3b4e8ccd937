package io.aidc.storage.chunk;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads one file's content and hands out its chunks.
 *
 * <p>Holds one chunk in memory at a time. Immutable: may be used for many files and by many threads.
 */
public final class Splitter {
    private static final int BUFFER_BYTES = 1 << 16;

    private final ChunkProfile profile;

    /** Takes chunks in order. */
    public interface Sink {
        /**
         * Takes one chunk.
         *
         * @param id its name
         * @param content its bytes; the sink may keep the array
         * @throws IOException if the chunk cannot be kept; ends the split
         */
        void accept(ChunkId id, byte[] content) throws IOException;
    }

    /**
     * Cuts with the given profile.
     *
     * @param profile where to cut
     */
    public Splitter(ChunkProfile profile) {
        this.profile = Objects.requireNonNull(profile, "profile");
    }

    /**
     * Splits the content up to its end.
     *
     * @param name the file's relative name
     * @param content is read, not closed
     * @param sink takes the chunks
     * @return the file's entry in a manifest
     * @throws IOException if reading or the sink fails
     * @throws IllegalArgumentException if the name is not a safe relative name
     */
    public Manifest.FileEntry split(String name, InputStream content, Sink sink) throws IOException {
        RelativeName.check("file name", name);
        var chunker = new Chunker(profile);
        MessageDigest digest = ChunkId.newDigest();
        List<Manifest.ChunkEntry> chunks = new ArrayList<>();
        var current = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        long length = 0;
        for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
            digest.update(buffer, 0, read);
            length += read;
            int from = 0;
            for (int cut = chunker.cut(buffer, from, read - from); cut >= 0; ) {
                current.write(buffer, from, cut);
                chunks.add(emit(current, sink));
                from += cut;
                cut = chunker.cut(buffer, from, read - from);
            }
            current.write(buffer, from, read - from);
        }
        if (current.size() > 0) {
            chunks.add(emit(current, sink));
        }
        return new Manifest.FileEntry(name, length, ChunkId.ofDigest(digest.digest()), chunks);
    }

    private static Manifest.ChunkEntry emit(ByteArrayOutputStream current, Sink sink) throws IOException {
        byte[] chunk = current.toByteArray();
        current.reset();
        ChunkId id = ChunkId.of(chunk);
        sink.accept(id, chunk);
        return new Manifest.ChunkEntry(id, chunk.length);
    }
}
