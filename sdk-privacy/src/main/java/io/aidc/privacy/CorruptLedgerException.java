package io.aidc.privacy;

import java.nio.file.Path;

/**
 * A ledger file does not hold together: altered, truncated, gone though its lock file is there, or not a ledger.
 *
 * <p>The file is left exactly as it was and nothing can be spent from it. A retry fails the same way; restore the file,
 * or decide outside this library that its budget is gone. A ledger that is to start anew needs both files deleted.
 */
public final class CorruptLedgerException extends PrivacyException {
    private static final long serialVersionUID = 1;

    private final transient Path file;
    /** The number of the first record that cannot be trusted. */
    private final long record;

    CorruptLedgerException(Path file, long record, String problem) {
        super("Ledger %s is corrupt at record %d: %s".formatted(file, record, problem), null);
        this.file = file;
        this.record = record;
    }

    /**
     * Returns the file.
     *
     * @return its path; null after deserialisation
     */
    public Path file() {
        return file;
    }

    /**
     * Returns where the trouble begins.
     *
     * @return the number of the first record that cannot be trusted; 0 is the header
     */
    public long record() {
        return record;
    }
}
