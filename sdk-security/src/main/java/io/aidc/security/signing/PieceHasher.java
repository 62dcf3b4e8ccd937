package io.aidc.security.signing;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One thread's digest, scratch memory and open file. The file stays open until another is asked for. */
final class PieceHasher implements Closeable {
    /** Fits the second-level cache, so that hashing and copying read what was just written. */
    private static final int SCRATCH_BYTES = 128 * 1024;

    private final ModelFiles files;
    private final MessageDigest digest;
    private final LongConsumer progress;
    private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
    private long end;
    private @Nullable String name;
    private @Nullable SeekableByteChannel channel;

    PieceHasher(ModelFiles files, ModelHash hash, LongConsumer progress) {
        this.files = files;
        this.digest = hash.create();
        this.progress = progress;
    }

    long size(String file) throws IOException {
        return open(file).size();
    }

    /** Lower-case hex; of a file that ends too early, the digest of what there is. */
    String digest(Piece piece) throws IOException {
        return digest(piece, 0, ByteBuffer.allocate(0));
    }

    /**
     * Hashes a piece and hands over what of it falls into a range: the very bytes that were hashed. They are not verified
     * before the digest was compared.
     */
    String digest(Piece piece, long rangeStart, ByteBuffer range) throws IOException {
        SeekableByteChannel in = open(piece.file()).position(piece.start());
        digest.reset();
        long at = piece.start();
        while (at < piece.end()) {
            int read = in.read(scratch.clear().limit((int) Math.min(SCRATCH_BYTES, piece.end() - at)));
            if (read < 0) {
                break;
            }
            digest.update(scratch.array(), 0, read);
            copy(at, read, rangeStart, range);
            at += read;
            progress.accept(read);
        }
        end = at;
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Before which byte of its file the last piece ended: of a whole file, its length when it was hashed. */
    long end() {
        return end;
    }

    /** Closes the open file, so that the next call opens it afresh. */
    void forget() throws IOException {
        SeekableByteChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() throws IOException {
        Arrays.fill(scratch.array(), (byte) 0);
        forget();
    }

    private void copy(long at, int read, long rangeStart, ByteBuffer range) {
        long from = Math.max(at, rangeStart);
        long to = Math.min(at + read, rangeStart + range.capacity());
        if (from < to) {
            range.put((int) (from - rangeStart), scratch.array(), (int) (from - at), (int) (to - from));
        }
    }

    private SeekableByteChannel open(String file) throws IOException {
        SeekableByteChannel open = channel;
        if (open == null || !file.equals(name)) {
            forget();
            open = files.open(file);
            channel = open;
            name = file;
        }
        return open;
    }
}
