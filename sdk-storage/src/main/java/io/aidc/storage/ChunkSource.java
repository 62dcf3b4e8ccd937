package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;

/** Reads verified chunks. */
interface ChunkSource {
    /** Returns a chunk's content, checked against its id; the array is shared and must not be modified. */
    byte[] read(ChunkId id) throws IOException;
}
