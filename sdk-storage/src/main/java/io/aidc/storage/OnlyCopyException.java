package io.aidc.storage;

import java.io.Serial;

/**
 * A node cannot be removed because content is on no other node that answers.
 *
 * <p>Nothing was changed. A retry helps once the nodes that were silent are back, or the others have fetched what they lack,
 * which they do by themselves every minute.
 */
public final class OnlyCopyException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    OnlyCopyException(String message) {
        super(message, null);
    }
}
