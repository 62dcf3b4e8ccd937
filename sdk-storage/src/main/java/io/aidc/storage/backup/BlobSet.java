package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.restic.BlobType;
import io.aidc.storage.internal.restic.PackedBlob;
import java.util.HashSet;
import java.util.Set;

/** Blobs by type and id: a file may have the same bytes as a directory. */
final class BlobSet {
    private final Set<ChunkId> data = new HashSet<>();
    private final Set<ChunkId> trees = new HashSet<>();

    /** Returns true if it was not there. */
    boolean add(BlobType type, ChunkId id) {
        return of(type).add(id);
    }

    boolean add(PackedBlob blob) {
        return add(blob.type(), blob.id());
    }

    boolean contains(PackedBlob blob) {
        return of(blob.type()).contains(blob.id());
    }

    private Set<ChunkId> of(BlobType type) {
        return type == BlobType.DATA ? data : trees;
    }
}
