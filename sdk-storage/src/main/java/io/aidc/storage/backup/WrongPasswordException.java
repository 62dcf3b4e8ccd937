package io.aidc.storage.backup;

import java.io.IOException;
import java.io.Serial;

/**
 * Says that a password opens none of a repository's keys.
 *
 * <p>Thrown when a repository is opened. Nothing was changed; a retry is of use with another password only.
 */
public final class WrongPasswordException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    WrongPasswordException(Throwable cause) {
        super(cause.getMessage(), cause);
    }
}
