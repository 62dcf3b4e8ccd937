package io.aidc.security;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Says that bytes are not a sealed file, value or key of a known version, for a reason which anybody can see without a key. Nothing was
 * decrypted and no file is left behind. Trying again with the same input fails again.
 *
 * <p><em>Immutable.</em>
 */
public final class MalformedSealException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** What is visibly wrong. */
    public enum Reason {
        /** The bytes do not begin like what was to be opened. */
        NOT_SEALED,
        /** The version or the cipher suite is not known to this release. */
        UNSUPPORTED,
        /** A length or a count is above the limit; it was refused before any work. */
        OVER_LIMIT,
        /** The header ends too early or breaks a rule of the format. */
        BROKEN_HEADER
    }

    /** Kept for programs; the message is for people. */
    private final Reason reason;

    /**
     * Names the rule that was broken.
     *
     * @param reason the kind of fault
     * @param message the thing, the value received, and what was allowed
     */
    public MalformedSealException(Reason reason, String message) {
        super(message, null);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /** The same about a file that is named. */
    MalformedSealException in(Path file) {
        return new MalformedSealException(reason, "%s: %s".formatted(file, getMessage()));
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
