package io.aidc.storage.internal.restic;

import java.io.IOException;
import java.io.Serial;

/** Says that no key file could be opened with the password. */
public final class PasswordMismatchException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    PasswordMismatchException(int keys, Object repository) {
        super("the password opens none of the %d keys of %s".formatted(keys, repository));
    }
}
