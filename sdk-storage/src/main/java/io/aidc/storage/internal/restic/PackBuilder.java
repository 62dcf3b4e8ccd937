package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
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
    private byte[] content = new byte[1 << 16];
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
        byte[] file = Arrays.copyOf(content, length);
        return new Finished(new Pack(ChunkId.of(file), blobs), file);
    }

    private void append(byte[] bytes) {
        if (length + bytes.length > content.length) {
            content = Arrays.copyOf(
                    content, Math.max(length + bytes.length, Math.min(2 * content.length, targetBytes * 3 / 2)));
        }
        System.arraycopy(bytes, 0, content, length, bytes.length);
        length += bytes.length;
    }

    /** A whole pack. */
    record Finished(Pack pack, byte[] content) {}
}
