package io.aidc.storage.internal.restic;

import java.io.IOException;
import java.io.Serial;

/** Says that another process works on the repository, or that this one's lock was taken away. */
public final class LockHeldException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    LockHeldException(String message) {
        super(message);
    }
}
