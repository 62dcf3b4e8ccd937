package io.aidc.privacy;

import java.nio.file.Path;

/**
 * A ledger file is in use, by another process or by another open ledger of this one.
 *
 * <p>Nothing was read or changed. A retry is safe and succeeds once the other user has closed it or ended.
 */
public final class LedgerLockedException extends PrivacyException {
    private static final long serialVersionUID = 1;

    private final transient Path file;

    LedgerLockedException(Path file) {
        super("Ledger %s is in use".formatted(file), null);
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
