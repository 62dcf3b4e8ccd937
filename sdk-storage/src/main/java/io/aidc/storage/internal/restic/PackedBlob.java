package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;

/**
 * A blob's place in its pack.
 *
 * @param type what it holds
 * @param id SHA-256 of the plain bytes
 * @param offset in the pack
 * @param length of the sealed bytes
 * @param uncompressedLength 0 if it is not compressed
 */
public record PackedBlob(BlobType type, ChunkId id, int offset, int length, int uncompressedLength) {
    public PackedBlob {
        if (offset < 0 || length < SealKey.OVERHEAD_BYTES || uncompressedLength < 0 || offset + length < 0) {
            throw new IllegalArgumentException("blob must have an offset ≥ 0 and at least %d bytes, got %d and %d"
                    .formatted(SealKey.OVERHEAD_BYTES, offset, length));
        }
        if (uncompressedLength > Repository.MAX_BLOB_BYTES || length > Repository.MAX_BLOB_BYTES) {
            throw new IllegalArgumentException("blob must have at most %d bytes".formatted(Repository.MAX_BLOB_BYTES));
        }
    }

    /** The length of the plain bytes. */
    public int plainLength() {
        return isCompressed() ? uncompressedLength : length - SealKey.OVERHEAD_BYTES;
    }

    public boolean isCompressed() {
        return uncompressedLength > 0;
    }
}
