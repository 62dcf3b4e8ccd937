package io.aidc.storage.metadata;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * How far an archive goes, and the hash over all of it.
 *
 * @param last the index of its last entry, -1 for none
 * @param hash 32 bytes; never modified
 */
@SuppressWarnings("ArrayRecordComponent") // compared by isSame; the array stays in this package
record ArchiveChain(long last, byte[] hash) {
    static final ArchiveChain START = new ArchiveChain(-1, new byte[CommandArchive.CHAIN_BYTES]);

    ArchiveChain with(long index, byte[] frame) {
        MessageDigest sha256 = ChunkId.newDigest();
        sha256.update(hash);
        return new ArchiveChain(index, sha256.digest(frame));
    }

    boolean isSame(ArchiveChain other) {
        return last == other.last && Arrays.equals(hash, other.hash);
    }

    byte[] encode() {
        return ByteBuffer.allocate(Long.BYTES + hash.length)
                .putLong(last)
                .put(hash)
                .array();
    }

    static ArchiveChain decode(byte[] bytes) {
        return Decoder.whole(bytes, in -> {
            long last = in.getLong();
            byte[] hash = new byte[CommandArchive.CHAIN_BYTES];
            in.get(hash);
            return new ArchiveChain(last, hash);
        });
    }

    /** Follows the frames of one segment. */
    static final class Reader {
        private final ArchiveChain before;
        private ArchiveChain chain;
        private boolean started;
        private long previous;

        /** Continues after earlier segments. */
        Reader(ArchiveChain before) {
            this.before = before;
            chain = before;
        }

        /** The index of the entry before the latest one. */
        long before() {
            return previous;
        }

        boolean isEmpty() {
            return !started;
        }

        ArchiveChain chain() {
            return chain;
        }

        /** Takes a frame unless its entry comes after {@code last}. */
        boolean acceptUpTo(long last, byte[] frame) {
            if (!started) {
                start(decode(frame));
                return true;
            }
            long index = ByteBuffer.wrap(frame).getLong();
            if (index > last) {
                return false;
            }
            if (index <= chain.last()) {
                throw new IllegalArgumentException("entry %d follows entry %d".formatted(index, chain.last()));
            }
            previous = chain.last();
            chain = chain.with(index, frame);
            return true;
        }

        private void start(ArchiveChain announced) {
            started = true;
            if (announced.last() > before.last()) {
                chain = announced; // a gap: the log was replaced by a later snapshot
            } else if (!announced.isSame(before)) {
                throw new IllegalArgumentException(
                        "the segment continues entry %d, but entry %d, or another entry %2$d, comes before it"
                                .formatted(announced.last(), before.last()));
            }
        }
    }
}
