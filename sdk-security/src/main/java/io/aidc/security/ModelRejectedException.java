package io.aidc.security;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says that a model's signature is not one to trust, or that the model cannot be signed as it is. Everything checked here
 * is public data, so the reason is named. Nothing of the model has been handed out. Trying again with the same files fails
 * again.
 *
 * <p><em>Immutable.</em>
 */
public final class ModelRejectedException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The signature file breaks a rule of its format. */
        MALFORMED_BUNDLE,
        /** The signature file is well formed but uses something this release does not handle. */
        UNSUPPORTED,
        /** The signature was made with a key or certificate that is not trusted here. */
        UNTRUSTED_KEY,
        /** The signature does not belong to what it claims to sign. */
        BAD_SIGNATURE,
        /** The signature is valid, but of a model with another name than the one that was asked for. */
        OTHER_MODEL,
        /** A name leaves the model directory, occurs twice, or collides with another. */
        UNSAFE_NAME,
        /** The model holds a symbolic link or something that is neither file nor directory. */
        UNSAFE_FILE
    }

    /** Kept for programs; the message is for people. */
    private final Reason reason;

    /**
     * Names the rule that was broken.
     *
     * @param reason the kind of fault
     * @param message the thing, the value received, and what was allowed
     */
    public ModelRejectedException(Reason reason, String message) {
        this(reason, message, null);
    }

    /**
     * Names the rule that was broken and keeps the cause.
     *
     * @param reason the kind of fault
     * @param message the thing, the value received, and what was allowed
     * @param cause what the JDK said, or null
     */
    public ModelRejectedException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
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
