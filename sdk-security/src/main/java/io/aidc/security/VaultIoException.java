package io.aidc.security;

import java.io.IOException;
import java.util.Objects;

/**
 * Says that the file system failed; {@link #getCause()} is what it said. A file that was to be written is as it was before
 * the call, unless the last step alone failed, the flush of its directory: then it is written, and a crash of the machine may
 * undo that. Trying again is safe; a key ring is opened again first.
 *
 * <p><em>Immutable.</em>
 */
public final class VaultIoException extends VaultException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the work that failed.
     *
     * @param message what was being done to which file
     * @param cause what the file system said
     */
    public VaultIoException(String message, IOException cause) {
        super(message + ": " + cause, Objects.requireNonNull(cause, "cause"));
    }

    @Override
    public synchronized IOException getCause() {
        return (IOException) Objects.requireNonNull(super.getCause());
    }
}
