package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.util.Comparator;
import java.util.List;

/**
 * A pack file and what is in it, by offset.
 *
 * @param id the file's name
 * @param blobs in the order of their offsets
 */
public record Pack(ChunkId id, List<PackedBlob> blobs) {
    public Pack {
        blobs = blobs.stream()
                .sorted(Comparator.comparingInt(PackedBlob::offset))
                .toList();
    }

    /** The object's key. */
    public String key() {
        return FileKind.PACK.key(id);
    }

    /** How long the file must be if these are all of its blobs. */
    public long bytes() {
        long content = blobs.stream().mapToLong(PackedBlob::length).sum();
        return content + PackHeader.bytes(blobs);
    }
}
