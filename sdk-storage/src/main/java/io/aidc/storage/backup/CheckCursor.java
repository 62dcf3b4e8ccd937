package io.aidc.storage.backup;

import io.aidc.storage.chunk.ChunkId;

/**
 * Where a check of the packs ended. Packs are read in the order of their names; one that is written later with a smaller name
 * is read in the next round.
 *
 * @param pack the last pack that was read, 64 lower-case hex digits
 */
public record CheckCursor(String pack) {
    /**
     * Checks the digits.
     *
     * @throws IllegalArgumentException if there are not 64 lower-case hex digits
     */
    public CheckCursor {
        ChunkId.parse("sha256-" + pack);
    }

    ChunkId id() {
        return ChunkId.parse("sha256-" + pack);
    }
}
