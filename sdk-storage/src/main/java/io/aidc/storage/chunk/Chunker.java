package io.aidc.storage.chunk;

import java.util.Objects;

/**
 * Finds content-defined cut points with the Gear rolling hash, and cuts where a layout says so.
 *
 * <p>Per byte {@code h = 2h + table[byte]} modulo 2⁶⁴; a chunk ends after the byte that makes the masked bits of {@code h}
 * zero once the minimum size is reached, or at the maximum size, or at a cut of the layout, and {@code h} starts again at
 * zero. Only the last 64 bytes can influence {@code h}, so hashing starts 64 bytes before the minimum. Cut points do not
 * depend on how the content is split over calls: the same content with the same profile and layout is cut alike for ever.
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

    private final int minBytes;
    private final int maxBytes;
    private final long mask;
    private final long[] forced;
    private int nextForced;
    private long position;
    private long hash;
    private int size;

    /**
     * Starts before the first byte of some content.
     *
     * @param profile the sizes to cut at
     */
    public Chunker(ChunkProfile profile) {
        this(profile, Layout.none());
    }

    /**
     * Starts before the first byte of a file.
     *
     * @param profile the sizes to cut at
     * @param layout where to cut in any case
     */
    public Chunker(ChunkProfile profile, Layout layout) {
        minBytes = profile.minBytes();
        maxBytes = profile.maxBytes();
        mask = profile.mask();
        forced = layout.cuts(profile);
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
        int most = Math.min(length, room());
        int scanned = scan(bytes, offset, most);
        boolean found = scanned >= 0;
        int taken = found ? scanned : most;
        position += taken;
        size += taken;
        if (!found && size < maxBytes && room() > 0) {
            return -1;
        }
        hash = 0;
        size = 0;
        while (nextForced < forced.length && forced[nextForced] <= position) {
            nextForced++;
        }
        return taken;
    }

    /** Returns how many bytes the chunk may still take. */
    private int room() {
        int untilMaximum = maxBytes - size;
        return nextForced == forced.length ? untilMaximum : (int) Math.min(untilMaximum, forced[nextForced] - position);
    }

    /** Returns how many bytes end the chunk by their hash, or -1 and leaves the hash of all of them. */
    private int scan(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int at = Math.min(end, offset + Math.max(0, minBytes - 1 - WINDOW_BYTES - size));
        int tested = Math.min(end, offset + Math.max(0, minBytes - 1 - size));
        long h = hash;
        while (at < tested) {
            h = (h << 1) + TABLE[bytes[at++] & 0xFF];
        }
        // four bytes a round, so that the sum of the next four does not wait for h: a sixth faster than one by one
        for (; at < end - 3; at += 4) {
            long t1 = TABLE[bytes[at] & 0xFF];
            long t2 = (t1 << 1) + TABLE[bytes[at + 1] & 0xFF];
            long t3 = (t2 << 1) + TABLE[bytes[at + 2] & 0xFF];
            long t4 = (t3 << 1) + TABLE[bytes[at + 3] & 0xFF];
            if ((((h << 1) + t1) & mask) == 0) {
                return at + 1 - offset;
            }
            if ((((h << 2) + t2) & mask) == 0) {
                return at + 2 - offset;
            }
            if ((((h << 3) + t3) & mask) == 0) {
                return at + 3 - offset;
            }
            h = (h << 4) + t4;
            if ((h & mask) == 0) {
                return at + 4 - offset;
            }
        }
        while (at < end) {
            h = (h << 1) + TABLE[bytes[at++] & 0xFF];
            if ((h & mask) == 0) {
                return at - offset;
            }
        }
        hash = h;
        return -1;
    }
}
