package io.aidc.privacy;

import org.jspecify.annotations.Nullable;

/** The world failed in a way that a caller of this module cannot plan for. */
public abstract sealed class PrivacyException extends RuntimeException
        permits CorruptLedgerException, LedgerIoException, LedgerLockedException {
    private static final long serialVersionUID = 1;

    PrivacyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
