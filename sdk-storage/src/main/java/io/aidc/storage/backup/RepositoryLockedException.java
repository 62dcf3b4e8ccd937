package io.aidc.storage.backup;

import java.io.IOException;
import java.io.Serial;

/**
 * Says that another process works on the repository, or that this process slept for so long that its lock was removed.
 *
 * <p>Thrown by each operation that locks. Snapshots are as they were; a retry is safe, and succeeds at the latest 30 minutes
 * after the other process has died.
 */
public final class RepositoryLockedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    RepositoryLockedException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
