package io.aidc.storage.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A tree of named files to be backed up.
 *
 * <p>Implementations are used by one thread at a time.
 */
public interface BackupSource {
    /**
     * Opens a file's content.
     */
    @FunctionalInterface
    interface Content {
        /**
         * Opens the content at its first byte.
         *
         * @return a stream, closed by the caller
         * @throws IOException if that failed; the backup then ends without a snapshot
         */
        InputStream open() throws IOException;
    }

    /**
     * One file.
     *
     * @param name relative, parts separated by {@code /}; see {@link io.aidc.storage.chunk.RelativeName}
     * @param bytes its length, ≥ 0
     * @param modified when its content last changed; an equal length and time count as unchanged
     * @param content opens it
     */
    record Entry(String name, long bytes, Instant modified, Content content) {
        /**
         * Checks the name and the length.
         *
         * @throws IllegalArgumentException if the name is not a relative name of plain parts, or the length negative
         */
        public Entry {
            io.aidc.storage.chunk.RelativeName.check("file name", name);
            Objects.requireNonNull(modified, "modified");
            Objects.requireNonNull(content, "content");
            if (bytes < 0) {
                throw new IllegalArgumentException("bytes must be ≥ 0, got %d for '%s'".formatted(bytes, name));
            }
        }
    }

    /**
     * Names the source; snapshots of one name and host form a series.
     *
     * @return a relative name, such as {@code models}
     */
    String name();

    /**
     * Lists the files.
     *
     * @return in any order; names differ
     * @throws IOException if that failed
     */
    List<Entry> entries() throws IOException;

    /**
     * A directory's regular files, by their path in it.
     *
     * <p>Links, special files and empty directories are left out. The directory is walked at each backup.
     *
     * @param name names the source
     * @param directory is read
     * @return the source; a file whose name is not allowed, or that changes while it is read, fails the backup
     * @throws IllegalArgumentException if the name is not a relative name of plain parts
     */
    static BackupSource of(String name, Path directory) {
        return new PathSource(name, directory);
    }
}
