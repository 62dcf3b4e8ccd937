package io.aidc.storage.metadata;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says that a log file is damaged where a power cut cannot have damaged it; the file is left as it is. */
public final class DamagedLogException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final long UNKNOWN = -1;

    private final transient Path file;
    /** Where the damaged frame begins, in bytes from the start of the file, or -1. */
    private final long offset;

    DamagedLogException(Path file, long offset, String reason) {
        super("%s is damaged at byte %d: %s".formatted(file, offset, reason));
        this.file = file;
        this.offset = offset;
    }

    /**
     * Creates the exception for damage that someone else found.
     *
     * @param file the damaged file, or the directory it is in
     * @param reason what was found
     * @param cause who found it
     */
    public DamagedLogException(Path file, String reason, @Nullable Throwable cause) {
        super("%s is damaged: %s".formatted(file, reason), cause);
        this.file = file;
        offset = UNKNOWN;
    }

    /**
     * Returns the damaged file, or the directory it is in.
     *
     * @return its path
     */
    public Path file() {
        return file;
    }

    /**
     * Returns where the damaged frame begins.
     *
     * @return bytes from the start of the file, or -1 if that is not known
     */
    public long offset() {
        return offset;
    }
}
