package io.aidc.storage;

import java.io.Serial;

/**
 * A node cannot be removed because too few of the others that answer have all content.
 *
 * <p>Nothing was changed. A retry helps once the others have fetched what they lack, which they do by themselves every minute, or
 * those that were silent are back.
 */
public final class UnderReplicatedException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    UnderReplicatedException(String message) {
        super(message, null);
    }
}
