package io.aidc.storage.cli;

import java.io.Serial;

/** Says that what was typed makes no sense. */
final class UsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
