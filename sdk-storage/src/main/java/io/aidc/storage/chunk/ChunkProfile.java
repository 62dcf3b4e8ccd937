package io.aidc.storage.chunk;

/**
 * The sizes at which a {@link Chunker} cuts.
 *
 * <p>A profile fixes the cut points of a given content for ever: two stores with the same profile share chunks, two with
 * different profiles do not. Reading needs no profile.
 */
public enum ChunkProfile {
    /** The published Xet profile: chunks of 8 KiB to 128 KiB, 64 KiB expected beyond the minimum. */
    XET_64K(8 << 10, 128 << 10, 0xFFFF_0000_0000_0000L),

    /** Chunks of 256 KiB to 4 MiB, 1 MiB expected beyond the minimum; a sixteenth of the metadata of {@link #XET_64K}. */
    WEIGHTS_1M(256 << 10, 4 << 20, 0xFFFF_F000_0000_0000L);

    private final int minBytes;
    private final int maxBytes;
    private final long mask;

    ChunkProfile(int minBytes, int maxBytes, long mask) {
        this.minBytes = minBytes;
        this.maxBytes = maxBytes;
        this.mask = mask;
    }

    /**
     * Returns the smallest chunk that is cut by content; only the last chunk of a file may be shorter.
     *
     * @return bytes, &gt; 64
     */
    public int minBytes() {
        return minBytes;
    }

    /**
     * Returns the largest chunk.
     *
     * @return bytes, at most 4 MiB
     */
    public int maxBytes() {
        return maxBytes;
    }

    long mask() {
        return mask;
    }
}
