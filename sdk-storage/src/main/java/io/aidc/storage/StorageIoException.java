package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Reading or writing files failed for a reason that is not damage: no space, no permission, an interrupt.
 *
 * <p>Nothing half-written is visible. A retry is safe, once the reason is gone.
 */
public final class StorageIoException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    StorageIoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
