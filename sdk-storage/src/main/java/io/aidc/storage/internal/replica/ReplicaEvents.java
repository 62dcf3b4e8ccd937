package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;

/** Is told what happens to replicas, on the thread that noticed. */
public interface ReplicaEvents {
    /** A node did not take or give a chunk. */
    void unreachable(String node, String reason);

    /** A node holds a chunk whose content is not the chunk's. */
    void corrupt(String node, ChunkId id);

    /** This node's copy of a chunk was written again with what another node had. */
    void repaired(ChunkId id, String fromNode);
}
