package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A reference names no version or alias.
 *
 * <p>The answer is current, not a guess of one node. A retry helps only after somebody published it.
 */
public final class VersionNotFoundException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    VersionNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
