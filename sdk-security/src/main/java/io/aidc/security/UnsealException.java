package io.aidc.security;

import java.nio.file.Path;

/**
 * Says that a sealed thing did not open, and on purpose not why: a wrong key, a disabled or destroyed key version, another
 * name or context, and changed, reordered or cut bytes all look alike, so that nobody can learn a secret by watching
 * failures. No plaintext that was not authenticated has been released and no file is left behind. Trying again with the
 * same input fails again.
 *
 * <p><em>Immutable.</em>
 */
public final class UnsealException extends VaultException {
    private static final long serialVersionUID = 1L;
    private static final String REASONS = "wrong key, name or context, or the sealed bytes were changed or cut";

    /** Makes the one message there is; no cause is kept, since it would explain. */
    public UnsealException() {
        super("Cannot unseal: " + REASONS, null);
    }

    /**
     * Makes that message about a file, whose name is no secret.
     *
     * @param file the sealed file
     */
    public UnsealException(Path file) {
        super("Cannot unseal %s: %s".formatted(file, REASONS), null);
    }
}
