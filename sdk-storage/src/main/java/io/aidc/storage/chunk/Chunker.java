package io.aidc.storage.chunk;

import java.util.Objects;

/**
 * Finds content-defined cut points with the Gear rolling hash.
 *
 * <p>Per byte {@code h = 2h + table[byte]} modulo 2⁶⁴; a chunk ends after the byte that makes the masked bits of {@code h}
 * zero once the minimum size is reached, or at the maximum size, and {@code h} starts again at zero. Only the last 64 bytes
 * can influence {@code h}, so hashing starts 64 bytes before the minimum. Cut points do not depend on how the content is
 * split over calls.
 *
 * <p>Cut points depend on content: the sizes of chunks identify known content even where the bytes are encrypted.
 *
 * <p>Confined: one thread at a time.
 *
 * @see <a href="https://huggingface.co/docs/xet/chunking">Xet protocol, content-defined chunking</a>
 */
public final class Chunker {
    private static final int WINDOW_BYTES = 64;
    private static final long[] TABLE = GearTable.load();

    private final int skipBytes;
    private final int minBytes;
    private final int maxBytes;
    private final long mask;
    private long hash;
    private int size;

    /**
     * Starts before the first byte of some content.
     *
     * @param profile the sizes to cut at
     */
    public Chunker(ChunkProfile profile) {
        Objects.requireNonNull(profile, "profile");
        minBytes = profile.minBytes();
        maxBytes = profile.maxBytes();
        mask = profile.mask();
        skipBytes = minBytes - WINDOW_BYTES - 1;
    }

    /**
     * Scans up to the end of the current chunk.
     *
     * <p>When a cut is found the bytes after it are not scanned: pass them again.
     *
     * @param bytes holds the next bytes of the content; not modified
     * @param offset index of the first of them
     * @param length their number, ≥ 0
     * @return how many of them belong to the current chunk, which ends there; -1 when all do and the chunk goes on
     * @throws IndexOutOfBoundsException if the range is not inside the array
     */
    public int cut(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int end = offset + length;
        int at = offset;
        if (size < skipBytes) {
            int skipped = Math.min(skipBytes - size, length);
            at += skipped;
            size += skipped;
        }
        long h = hash;
        int n = size;
        while (at < end) {
            h = (h << 1) + TABLE[bytes[at++] & 0xFF];
            n++;
            if (n >= minBytes && ((h & mask) == 0 || n >= maxBytes)) {
                hash = 0;
                size = 0;
                return at - offset;
            }
        }
        hash = h;
        size = n;
        return -1;
    }
}
