package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Stored bytes are damaged and no node has a good copy.
 *
 * <p>Nothing was changed and no damaged byte was returned. A retry helps only after a node with a good copy came back.
 */
public final class CorruptBlockException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    CorruptBlockException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
