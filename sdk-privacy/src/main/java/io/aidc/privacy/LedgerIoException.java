package io.aidc.privacy;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A ledger file could not be read or written.
 *
 * <p>What was being reserved counts as spent, and this ledger refuses further use. After the cause is gone, close it
 * and open it again: what reached the file counts.
 */
public final class LedgerIoException extends PrivacyException {
    private static final long serialVersionUID = 1;

    private final transient Path file;

    LedgerIoException(Path file, IOException cause) {
        super("Ledger %s cannot be read or written: %s".formatted(file, cause.getMessage()), cause);
        this.file = file;
    }

    /**
     * Returns the file.
     *
     * @return its path; null after deserialisation
     */
    public Path file() {
        return file;
    }
}
