package io.aidc.storage.internal.replica;

import io.aidc.storage.internal.pack.ChunkStore;
import java.util.concurrent.ExecutorService;

/** One node's chunks and the one thread of ours that writes them. */
public record Replica(String node, ChunkStore chunks, ExecutorService writer) {
    /** Gives the node its own writing thread. */
    public static Replica of(String node, ChunkStore chunks) {
        return new Replica(node, chunks, Threads.pool("replica-" + node, 1));
    }
}
