package io.aidc.storage;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * The two steps in which garbage is deleted where content is kept. Confined: one run of a collector.
 */
interface Sweep {
    /**
     * Makes everybody treat what is not needed as missing.
     *
     * @return how many copies of chunks that are
     */
    long condemn(long epoch, Set<ChunkId> needed) throws IOException;

    /**
     * Deletes what was condemned, but not what is needed now.
     *
     * @return how many copies of chunks were deleted
     */
    long sweep(long epoch, Set<ChunkId> needed) throws IOException;

    /** The ids of the nodes that did not answer, sorted. */
    List<String> skipped();
}
