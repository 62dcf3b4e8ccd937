package io.aidc.security;

import io.aidc.security.internal.Printable;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Says that a certificate, key or trust anchor for TLS is not one to use. No context was made, or, on a reload, the one
 * from before stays in use. Trying again helps after the file is put right. The message carries no key.
 *
 * <p><em>Immutable.</em>
 */
public final class TlsMaterialException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The file holds no PEM block of the wanted kind, or a broken one. */
        UNREADABLE,
        /** The private key is encrypted; only unencrypted ones are read. */
        ENCRYPTED_KEY,
        /** A key, curve or signature algorithm is too weak or of an unknown kind. */
        WEAK,
        /** The private key is not that of the first certificate. */
        KEY_MISMATCH,
        /** The certificates are not a chain, each issued by the next. */
        BROKEN_CHAIN,
        /** A certificate that is to be trusted is not that of an authority. */
        NOT_AN_AUTHORITY,
        /** A certificate is not valid now. */
        NOT_VALID_NOW,
        /** The file is larger or holds more than is allowed. */
        OVER_LIMIT
    }

    /** Kept for programs; the message is for people. */
    private final Reason reason;

    /**
     * Names the file and the fault.
     *
     * @param reason the kind of fault
     * @param file the PEM file
     * @param detail the thing, the value received, and what was allowed
     * @param cause what the JDK said, or null
     */
    public TlsMaterialException(Reason reason, Path file, String detail, @Nullable Throwable cause) {
        super("TLS file %s: %s".formatted(Printable.of(file.toString()), detail), cause);
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
