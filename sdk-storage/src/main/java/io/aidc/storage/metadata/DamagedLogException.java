package io.aidc.storage.metadata;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Says that a log file is damaged where a power cut cannot have damaged it; the file is left as it is. */
public final class DamagedLogException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    /** Where the damaged frame begins, in bytes from the start of the file. */
    private final long offset;

    DamagedLogException(Path file, long offset, String reason) {
        super("%s is damaged at byte %d: %s".formatted(file, offset, reason));
        this.file = file;
        this.offset = offset;
    }

    /**
     * Returns the damaged file.
     *
     * @return its path
     */
    public Path file() {
        return file;
    }

    /**
     * Returns where the damaged frame begins.
     *
     * @return bytes from the start of the file
     */
    public long offset() {
        return offset;
    }
}
