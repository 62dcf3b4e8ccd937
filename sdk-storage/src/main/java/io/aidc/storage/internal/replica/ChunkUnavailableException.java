package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.io.Serial;

/** Says that no node gave a good copy of a chunk. */
public final class ChunkUnavailableException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ChunkId id;
    private final boolean everyNodeAnswered;

    ChunkUnavailableException(ChunkId id, boolean everyNodeAnswered, String answers) {
        super("no good copy of %s: %s".formatted(id, answers));
        this.id = id;
        this.everyNodeAnswered = everyNodeAnswered;
    }

    /** Returns the chunk. */
    public ChunkId id() {
        return id;
    }

    /** Says whether the copies are lost or damaged everywhere, rather than on nodes that did not answer. */
    public boolean everyNodeAnswered() {
        return everyNodeAnswered;
    }
}
