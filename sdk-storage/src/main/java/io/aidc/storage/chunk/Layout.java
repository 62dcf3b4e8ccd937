package io.aidc.storage.chunk;

import java.util.Arrays;
import java.util.stream.LongStream;

/**
 * Where the parts of a file, such as tensors, begin and end.
 *
 * <p>A {@link Chunker} cuts at both ends of each part that has at least its profile's minimum size, and starts afresh there.
 * So the chunks of such a part depend on its bytes alone, wherever it stands in whichever file. Smaller parts that follow
 * each other are cut as if they were one.
 *
 * <p>Immutable.
 */
public final class Layout {
    private static final Layout NONE = new Layout(0, new long[0]);

    private final long fileBytes;
    private final long[] boundaries;

    private Layout(long fileBytes, long[] boundaries) {
        this.fileBytes = fileBytes;
        this.boundaries = boundaries;
    }

    /**
     * Returns the layout of a file of which nothing is known: it is cut by content alone.
     *
     * @return no boundary
     */
    public static Layout none() {
        return NONE;
    }

    /**
     * Describes a file by the offsets at which a part begins or ends.
     *
     * @param fileBytes the file's length
     * @param boundaries in any order, also repeated
     * @return their layout
     * @throws IllegalArgumentException if a boundary lies outside the file
     */
    public static Layout of(long fileBytes, LongStream boundaries) {
        long[] sorted = boundaries.sorted().distinct().toArray();
        if (sorted.length > 0 && (sorted[0] < 0 || sorted[sorted.length - 1] > fileBytes)) {
            throw new IllegalArgumentException("boundaries must lie between 0 and %d, got %d to %d"
                    .formatted(fileBytes, sorted[0], sorted[sorted.length - 1]));
        }
        return new Layout(
                fileBytes,
                Arrays.stream(sorted).filter(b -> b > 0 && b < fileBytes).toArray());
    }

    /**
     * Returns a layout with the boundaries of both.
     *
     * @param other of the same file
     * @return the union
     */
    public Layout and(Layout other) {
        return of(
                Math.max(fileBytes, other.fileBytes),
                LongStream.concat(Arrays.stream(boundaries), Arrays.stream(other.boundaries)));
    }

    /**
     * Returns the offsets at which a chunk must end: both ends of each part that is no smaller than the profile's minimum.
     *
     * @param profile the sizes to cut at
     * @return strictly increasing, &gt; 0 and less than the file's length
     */
    public long[] cuts(ChunkProfile profile) {
        long[] cuts = new long[boundaries.length];
        int count = 0;
        long before = 0;
        for (int i = 0; i < boundaries.length; i++) {
            long after = i + 1 < boundaries.length ? boundaries[i + 1] : fileBytes;
            if (Math.max(boundaries[i] - before, after - boundaries[i]) >= profile.minBytes()) {
                cuts[count++] = boundaries[i];
            }
            before = boundaries[i];
        }
        return Arrays.copyOf(cuts, count);
    }

    /** Returns the boundaries inside the file. */
    @Override
    public String toString() {
        return "Layout[%d boundaries in %d bytes]".formatted(boundaries.length, fileBytes);
    }
}
