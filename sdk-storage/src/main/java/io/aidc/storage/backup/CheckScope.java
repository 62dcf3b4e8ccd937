package io.aidc.storage.backup;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How much of a repository is checked.
 *
 * <p>Each scope includes the structure: configuration, keys, locks, index and snapshots are read and checked; every pack that
 * the index names must be there with the right length; every directory is read, and every blob that a file needs must be in the
 * index.
 */
public sealed interface CheckScope {
    /** The structure only. Cost: reads all directories, no content of files. */
    record Structure() implements CheckScope {}

    /** The structure, and blobs that no snapshot needs or that are stored twice. */
    record UnusedBlobs() implements CheckScope {}

    /** The structure, and every byte of every pack. Cost: reads the whole repository. */
    record AllData() implements CheckScope {}

    /**
     * The structure, and one of several equal parts of the packs, as restic's {@code --read-data-subset=n/t} chooses them.
     *
     * @param part 1 to {@code parts}
     * @param parts 1 to 256
     */
    record PartOfData(int part, int parts) implements CheckScope {
        private static final int MAX_PARTS = 256;

        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if they are out of range
         */
        public PartOfData {
            if (parts < 1 || parts > MAX_PARTS || part < 1 || part > parts) {
                throw new IllegalArgumentException(
                        "part must be 1 to parts, and parts 1 to %d, got %d of %d".formatted(MAX_PARTS, part, parts));
            }
        }
    }

    /**
     * The structure, and so many bytes of packs after a place that an earlier check reached. Checks of this scope, each from
     * where the one before ended, read everything in the end.
     *
     * @param after where to go on, or null to begin
     * @param bytes &gt; 0; the check ends after the pack that reaches them
     */
    record DataFrom(@Nullable CheckCursor after, long bytes) implements CheckScope {
        /**
         * Checks the number.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public DataFrom {
            if (bytes <= 0) {
                throw new IllegalArgumentException("bytes must be > 0, got " + bytes);
            }
        }
    }

    /**
     * The structure only.
     *
     * @return the scope
     */
    static CheckScope structure() {
        return new Structure();
    }

    /**
     * Everything.
     *
     * @return the scope
     */
    static CheckScope allData() {
        return new AllData();
    }

    /**
     * So many bytes from where an earlier check ended.
     *
     * @param cursor where it ended
     * @param bytes &gt; 0
     * @return the scope
     */
    static CheckScope dataFrom(CheckCursor cursor, long bytes) {
        return new DataFrom(Objects.requireNonNull(cursor, "cursor"), bytes);
    }
}
