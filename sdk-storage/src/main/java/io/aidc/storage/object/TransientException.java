package io.aidc.storage.object;

import java.io.IOException;
import java.io.Serial;

/** Says that an exchange broke in a way that another try may not. */
final class TransientException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    TransientException(String message) {
        super(message);
    }

    TransientException(String message, Throwable cause) {
        super(message, cause);
    }
}
