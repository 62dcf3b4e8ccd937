package io.aidc.storage.internal.file;

import java.io.IOException;
import java.io.Serial;
import java.nio.file.Path;

/** Says that the operating system could not flush, so that nothing written since the last flush can be trusted. */
public final class FlushFailedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    FlushFailedException(Path path, IOException cause) {
        super(
                "flush of %s failed: %s; nothing is written until the store is opened again".formatted(path, cause),
                cause);
        this.path = path;
    }

    /** Returns the file or directory that could not be flushed. */
    public Path path() {
        return path;
    }
}
