package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Too few nodes answered in time.
 *
 * <p>Nothing was changed and nothing acknowledged is lost. A retry is safe, once enough nodes are back.
 */
public final class QuorumLostException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    QuorumLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
