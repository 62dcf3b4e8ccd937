package io.aidc.security;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Says that the file of a key ring or a key pair could not be opened, made or changed. The file is as it was before the
 * call. A wrong passphrase and a changed file cannot be told apart.
 *
 * <p><em>Immutable.</em>
 */
public final class KeyRingException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The passphrase is wrong or the file was changed. */
        NOT_OPENED,
        /** The bytes are not the kind of key file that was to be opened, or of a version unknown to this release. */
        NOT_A_KEY_RING,
        /** The file asks for more memory or time to check the passphrase than is allowed; none was spent. */
        OVER_LIMIT,
        /** There is a file of that name, and keys are never overwritten. */
        EXISTS,
        /** Another program or thread changed the file since it was opened; open it again. */
        CHANGED_ON_DISK,
        /** Another program kept the file locked for longer than a change waits; try again. */
        BUSY,
        /** The primary key reached its age, message or byte limit, and the ring refuses rather than rotates. */
        LIMIT_REACHED
    }

    /** Kept for programs; the message is for people. */
    private final Reason reason;

    /**
     * Names the file and the fault.
     *
     * @param reason the kind of fault
     * @param file the key file
     * @param detail the value received and what was allowed
     */
    public KeyRingException(Reason reason, Path file, String detail) {
        super("Key file %s: %s".formatted(file, detail), null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Returns the kind of fault.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
