package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The directory cannot be this store's: it is in use, or was made for another node, cluster or form of store.
 *
 * <p>Thrown by {@code open()}; the directory was left as it is. A retry helps if the other user of the directory has ended.
 */
public final class StoreDirectoryException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    StoreDirectoryException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
