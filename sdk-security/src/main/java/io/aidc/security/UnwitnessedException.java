package io.aidc.security;

/**
 * Says that entries are durable in an audit log, but fewer witnesses cosigned them than its owner requires. They stay in the
 * log, and later checkpoints offer them to the witnesses again. Recording the same again is safe, and makes a second entry.
 *
 * <p><em>Immutable.</em>
 */
public final class UnwitnessedException extends VaultException {
    private static final long serialVersionUID = 1L;

    /** Kept for programs; the message is for people. */
    private final int cosigned;

    /**
     * Says what is missing.
     *
     * @param cosigned how many witnesses cosigned
     * @param required how many must
     * @param size of the log whose checkpoint they were shown
     */
    public UnwitnessedException(int cosigned, int required, long size) {
        super("%d of the required %d witnesses cosigned the log at size %d".formatted(cosigned, required, size), null);
        this.cosigned = cosigned;
    }

    /**
     * Returns how many witnesses cosigned.
     *
     * @return 0 or more, fewer than required
     */
    public int cosigned() {
        return cosigned;
    }
}
