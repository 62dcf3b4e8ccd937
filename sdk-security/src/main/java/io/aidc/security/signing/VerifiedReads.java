package io.aidc.security.signing;

import io.aidc.security.ModelMismatchException;
import io.aidc.security.keys.SecretBytes;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads signed bytes. Each piece is hashed while it is copied to where it is wanted, and what was filled is handed out only if
 * all pieces were the signed ones; otherwise it is wiped. The last shard of which a part was wanted is kept, since the next
 * range is likely to want more of it.
 */
final class VerifiedReads implements Closeable {
    /** A longer shard is read again rather than kept. */
    private static final long MAX_KEPT_BYTES = 64 * 1024 * 1024;

    private final String model;
    private final Serialization serialization;
    private final Hashing hashing;
    private final PieceHasher own;
    private @Nullable Piece keptPiece;
    private SecretBytes kept = SecretBytes.allocate(0);

    VerifiedReads(String model, Serialization serialization, Hashing hashing) {
        this.model = model;
        this.serialization = serialization;
        this.hashing = hashing;
        this.own = hashing.hasher();
    }

    long size(String name) throws IOException {
        return own.size(name);
    }

    SecretBytes whole(String name, SignedFile file) throws IOException {
        long size = serialization.isByShards() ? file.size() : own.size(name);
        if (size > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "the file has %d bytes; at most %d fit one buffer: sign by shards and read ranges"
                            .formatted(size, Integer.MAX_VALUE));
        }
        if (serialization.isByShards()) {
            return range(name, file, 0, (int) size);
        }
        SecretBytes content = SecretBytes.allocate((int) size);
        return filled(content, () -> {
            verify(own, Piece.whole(name), file, 0, content.buffer());
            if (own.end() != size) { // it was measured at another moment than it was read
                throw changed(name);
            }
        });
    }

    /** The range lies in the signed file. */
    SecretBytes range(String name, SignedFile file, long offset, int length) throws IOException {
        if (!file.hasSize(own.size(name))) {
            throw changed(name);
        }
        SecretBytes content = SecretBytes.allocate(length);
        return length == 0 ? content : filled(content, () -> fill(name, file, offset, content.buffer()));
    }

    /** Lets go of the open file. */
    void forget() {
        try {
            own.forget();
        } catch (IOException e) {
            // it was open for reading only, and the failure that brought us here is the one to report
        }
    }

    @Override
    public void close() throws IOException {
        kept.close();
        own.close();
    }

    private interface Filling {
        void run() throws IOException;
    }

    private static SecretBytes filled(SecretBytes content, Filling filling) throws IOException {
        boolean done = false;
        try {
            filling.run();
            done = true;
            return content;
        } finally {
            if (!done) {
                content.close();
            }
        }
    }

    /** Shards inside the range go straight to their place, on all threads; those at its edges come through the kept one. */
    private void fill(String name, SignedFile file, long offset, ByteBuffer target) throws IOException {
        List<Piece> inside = new ArrayList<>();
        long end = offset + target.capacity();
        long start = offset - offset % serialization.shardBytes();
        for (; start < end; start += serialization.shardBytes()) {
            Piece piece = new Piece(name, start, Math.min(file.size(), start + serialization.shardBytes()));
            if (piece.start() >= offset && piece.end() <= end) {
                inside.add(piece);
            } else {
                edge(piece, file, offset, target);
            }
        }
        if (inside.size() > 1 && hashing.width() > 1) {
            hashing.each(inside.size(), (hasher, i) -> verify(hasher, inside.get(i), file, offset, target));
            return;
        }
        for (Piece piece : inside) {
            verify(own, piece, file, offset, target);
        }
    }

    private void edge(Piece piece, SignedFile file, long offset, ByteBuffer target) throws IOException {
        long length = piece.end() - piece.start();
        if (length > MAX_KEPT_BYTES) {
            verify(own, piece, file, offset, target);
            return;
        }
        if (!piece.equals(keptPiece)) {
            keptPiece = null;
            kept.close();
            kept = SecretBytes.allocate((int) length);
            verify(own, piece, file, piece.start(), kept.buffer());
            keptPiece = piece;
        }
        long from = Math.max(piece.start(), offset);
        long to = Math.min(piece.end(), offset + target.capacity());
        ByteBuffer part = kept.buffer().slice((int) (from - piece.start()), (int) (to - from));
        target.put((int) (from - offset), part, 0, part.capacity());
    }

    private void verify(PieceHasher hasher, Piece piece, SignedFile file, long rangeStart, ByteBuffer range)
            throws IOException {
        String signed = piece.isWhole()
                ? file.digests().get(0)
                : file.digests().get((int) (piece.start() / serialization.shardBytes()));
        if (!hasher.digest(piece, rangeStart, range).equals(signed)) {
            throw changed(piece.file());
        }
    }

    private ModelMismatchException changed(String name) {
        return new ModelMismatchException(model, List.of(), List.of(), List.of(name));
    }
}
