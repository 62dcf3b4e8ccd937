package io.aidc.security;

import java.util.Objects;

/**
 * Says that a store of credentials, or a record in it, cannot be used. Nothing was accepted and nothing changed. Trying again
 * helps where the reason says so.
 *
 * <p><em>Immutable.</em>
 */
public final class CredentialException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    public enum Reason {
        /** The bytes are not what this module wrote. */
        DAMAGED,
        /** Checking it would cost more than is allowed; none was spent. */
        OVER_LIMIT,
        /** Another program, or another object of this one, has the store open; close that first. */
        IN_USE,
        /** Others changed the same record again and again; try again. */
        CONTENDED
    }

    /** Kept for programs; the message is for people. */
    private final Reason reason;

    /**
     * Names the thing and the fault.
     *
     * @param reason the kind of fault
     * @param message the thing, what was found, and what was expected; no secret
     */
    public CredentialException(Reason reason, String message) {
        super(message, null);
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
