package io.aidc.storage.chunk;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;

/**
 * Reads one file's content and hands out its chunks.
 *
 * <p>Content is hashed twice: chunk by chunk on the calling thread, and as a whole on the executor, if one was given. Holds a
 * buffer of up to two chunks and, while the executor is behind, up to nine chunks more. The same content with the same profile
 * and layout gives the same chunks for ever.
 *
 * <p>Immutable: may be used for many files and by many threads.
 */
public final class Splitter {
    private static final int READ_BYTES = 256 << 10;

    private final ChunkProfile profile;
    private final Executor digesting;

    /** Takes chunks in order. */
    public interface Sink {
        /**
         * Takes one chunk.
         *
         * @param id its name
         * @param content its bytes; the sink may keep the array but must not modify it
         * @throws IOException if the chunk cannot be kept; ends the split
         */
        void accept(ChunkId id, byte[] content) throws IOException;
    }

    /**
     * Cuts with the given profile and does all work on the calling thread.
     *
     * @param profile the sizes to cut at
     */
    public Splitter(ChunkProfile profile) {
        this(profile, Runnable::run);
    }

    /**
     * Cuts with the given profile and leaves digests of whole files to an executor.
     *
     * @param profile the sizes to cut at
     * @param digesting may be the executor that runs {@code split}, and may refuse tasks: what it does not do in time is done
     *     by the calling thread
     */
    public Splitter(ChunkProfile profile, Executor digesting) {
        this.profile = Objects.requireNonNull(profile, "profile");
        this.digesting = Objects.requireNonNull(digesting, "digesting");
    }

    /**
     * Splits the content up to its end.
     *
     * @param name the file's relative name
     * @param content is read, not closed
     * @param layout where to cut in any case; the content may be shorter or longer than it says
     * @param sink takes the chunks
     * @return the file's entry in a manifest
     * @throws IOException if reading or the sink fails
     * @throws IllegalArgumentException if the name is not a safe relative name
     */
    public Manifest.FileEntry split(String name, InputStream content, Layout layout, Sink sink) throws IOException {
        RelativeName.check("file name", name);
        return new Run(new Chunker(profile, layout), new FileDigest(digesting), sink).split(name, content);
    }

    /** One file being split: the bytes of the chunk that goes on are {@code buffer[from, end)}. */
    private static final class Run {
        private final Chunker chunker;
        private final FileDigest digest;
        private final Sink sink;
        private final List<Manifest.ChunkEntry> chunks = new ArrayList<>();
        private byte[] buffer = new byte[READ_BYTES];
        private int from;
        private int end;

        Run(Chunker chunker, FileDigest digest, Sink sink) {
            this.chunker = chunker;
            this.digest = digest;
            this.sink = sink;
        }

        Manifest.FileEntry split(String name, InputStream content) throws IOException {
            long length = 0;
            for (int read = read(content); read >= 0; read = read(content)) {
                length += read;
                int scanned = end;
                end += read;
                for (int cut = chunker.cut(buffer, scanned, end - scanned); cut >= 0; ) {
                    scanned += cut;
                    emit(scanned);
                    cut = chunker.cut(buffer, scanned, end - scanned);
                }
            }
            if (end > from) {
                emit(end);
            }
            return new Manifest.FileEntry(name, length, digest.finish(), chunks);
        }

        private int read(InputStream content) throws IOException {
            if (end == buffer.length) {
                makeRoom();
            }
            return content.read(buffer, end, Math.min(READ_BYTES, buffer.length - end));
        }

        /** Moves the chunk to the front, or doubles the buffer if the chunk fills half of it. */
        private void makeRoom() {
            byte[] target = end - from > buffer.length / 2 ? new byte[2 * buffer.length] : buffer;
            System.arraycopy(buffer, from, target, 0, end - from);
            buffer = target;
            end -= from;
            from = 0;
        }

        private void emit(int to) throws IOException {
            byte[] chunk = Arrays.copyOfRange(buffer, from, to);
            from = to;
            ChunkId id = ChunkId.of(chunk);
            digest.add(chunk);
            sink.accept(id, chunk);
            chunks.add(new Manifest.ChunkEntry(id, chunk.length));
        }
    }
}
