package io.aidc.storage;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A flush to disk failed, or could not be made safe.
 *
 * <p>A single node writes nothing more until it is opened again. A node of a cluster stores no more chunks until then, but goes
 * on taking part in the agreement on small keys, versions and aliases.
 *
 * <p>What was acknowledged before is safe. The write that met the failure may or may not be there afterwards: ask {@link
 * ReplicatedStore#outcomeOf} once the store is open again. Look at the disk first.
 */
public final class DurabilityLostException extends StorageException {
    @Serial
    private static final long serialVersionUID = 1L;

    DurabilityLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
