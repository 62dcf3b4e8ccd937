package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;

/** Is told what is wrong with packs, on the thread that noticed. */
public interface PackEvents {
    /**
     * Bytes of a pack are damaged. Chunks in them are missing until they are copied from another node.
     *
     * @param pack the file
     * @param offset the first damaged byte
     * @param bytes how many
     */
    void damaged(String pack, long offset, long bytes);

    /**
     * A chunk's doubtful bytes were moved out of the way; it is missing until it is stored again.
     *
     * @param id the chunk
     * @param reason why they are in doubt
     */
    void quarantined(ChunkId id, String reason);
}
