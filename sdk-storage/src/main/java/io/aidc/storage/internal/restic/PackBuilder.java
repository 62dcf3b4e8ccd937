package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Collects sealed blobs of one type until there is enough for a pack.
 *
 * <p>Confined: one thread at a time.
 */
final class PackBuilder {
    private static final int MAX_BLOBS = 100_000;

    private final BlobType type;
    private final int targetBytes;
    private final List<PackedBlob> blobs = new ArrayList<>();
    private final List<byte[]> parts = new ArrayList<>();
    private int length;

    /**
     * @param targetBytes the pack is full once it has so many
     */
    PackBuilder(BlobType type, int targetBytes) {
        this.type = type;
        this.targetBytes = targetBytes;
    }

    void add(ChunkId id, byte[] sealed, int uncompressedLength) {
        append(sealed);
        blobs.add(new PackedBlob(type, id, length - sealed.length, sealed.length, uncompressedLength));
    }

    boolean isFull() {
        return length >= targetBytes || blobs.size() >= MAX_BLOBS;
    }

    boolean isEmpty() {
        return blobs.isEmpty();
    }

    /** Ends the pack; the header is decoded again before it is trusted. */
    Finished finish(SealKey key) {
        byte[] header = PackHeader.encode(blobs, key);
        byte[] sealed = Arrays.copyOf(header, header.length - PackHeader.LENGTH_BYTES);
        if (!PackHeader.parse(sealed, key).equals(blobs)) {
            throw new IllegalStateException("a pack header does not decode to what was encoded: faulty memory?");
        }
        append(header);
        ByteBuffer file = ByteBuffer.allocate(length);
        parts.forEach(file::put);
        return new Finished(new Pack(ChunkId.of(file.array()), blobs), file.array());
    }

    private void append(byte[] bytes) {
        parts.add(bytes);
        length += bytes.length;
    }

    /** A whole pack. */
    static final class Finished {
        private final Pack pack;
        private final byte[] content;

        Finished(Pack pack, byte[] content) {
            this.pack = pack;
            this.content = content;
        }

        Pack pack() {
            return pack;
        }

        byte[] content() {
            return content;
        }
    }
}
