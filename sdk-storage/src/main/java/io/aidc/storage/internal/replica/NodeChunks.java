package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import java.io.IOException;
import java.util.Collection;

/**
 * The chunks of one node, here or elsewhere, of which garbage is collected in two steps. Between the steps a condemned
 * chunk is answered for as missing, so that whoever needs it stores it again, which takes it off the list. Thread-safe.
 */
public interface NodeChunks extends ChunkStore {
    /**
     * Condemns chunks. Those of a higher epoch replace all of earlier epochs; those of the same epoch are added.
     * Nothing is written: a node that restarts has condemned nothing.
     *
     * @param epoch of the collector
     * @throws IllegalArgumentException if this node has seen a higher epoch
     */
    void condemn(long epoch, Collection<ChunkId> ids) throws IOException;

    /**
     * Deletes those of the chunks that are still condemned under exactly this epoch.
     *
     * @return how many those were
     */
    long sweep(long epoch, Collection<ChunkId> ids) throws IOException;
}
