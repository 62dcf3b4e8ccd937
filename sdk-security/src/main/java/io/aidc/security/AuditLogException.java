package io.aidc.security;

/**
 * Says that an audit log, a checkpoint or a proof is not what was signed, or not a continuation of what is remembered. Nothing
 * was written. Trying again with the same bytes fails again.
 *
 * <p><em>Immutable.</em>
 */
public final class AuditLogException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** The value of {@link #firstBadIndex()} if the fault is not that of an entry. */
    public static final long NO_ENTRY = -1;

    /** Kept for programs; the message is for people. */
    private final long firstBadIndex;

    /**
     * Names the entry and the fault.
     *
     * @param firstBadIndex the lowest entry that is not what was signed, counted from 0, or {@link #NO_ENTRY}
     * @param message the thing, what was found, and what was expected
     */
    public AuditLogException(long firstBadIndex, String message) {
        super(message, null);
        this.firstBadIndex = firstBadIndex;
    }

    /**
     * Returns the first entry that is not what was signed.
     *
     * @return counted from 0, or {@link #NO_ENTRY} if the fault is not that of an entry
     */
    public long firstBadIndex() {
        return firstBadIndex;
    }
}
