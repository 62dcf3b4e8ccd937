package io.aidc.storage.metadata;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** Says that no majority of the nodes confirmed a read in time; nothing was changed and a retry is safe. */
public final class NoMajorityException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what was asked, how long
     * @param cause the last failed attempt, or null if there was none
     */
    public NoMajorityException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
