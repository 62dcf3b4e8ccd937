package io.aidc.storage.internal.pack;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.io.Serial;

/** Says that content does not have the id it was sent with. */
public final class MismatchException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Names both digests. */
    public MismatchException(ChunkId expected, String actual) {
        super("chunk %s has content with digest %s; it was not stored".formatted(expected, actual));
    }
}
