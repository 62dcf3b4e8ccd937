package io.aidc.storage.backup;

import java.io.IOException;
import java.io.Serial;

/**
 * Says that an object of the repository is missing or is not what was once written.
 *
 * <p>Thrown when such an object is needed. Nothing was changed in the repository, and no damaged byte was handed out. A retry
 * helps only if the object was read wrongly. {@link BackupRepository#check} tells what else is damaged.
 */
public final class DamagedBackupException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The key or id of what is damaged. */
    private final String object;

    DamagedBackupException(String object, Throwable cause) {
        super(cause.getMessage(), cause);
        this.object = object;
    }

    /**
     * Returns what is damaged.
     *
     * @return the object's key, such as {@code data/3f/3f91…}, or {@code blob} or {@code tree} and its id
     */
    public String object() {
        return object;
    }
}
