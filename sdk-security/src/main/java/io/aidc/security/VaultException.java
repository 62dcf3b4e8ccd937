package io.aidc.security;

import org.jspecify.annotations.Nullable;

/**
 * The root of every failure this module reports for a reason outside the program: wrong keys, changed bytes, unreadable
 * files. Calls that break a method's contract get {@link IllegalArgumentException}, {@link IllegalStateException} or
 * {@link NullPointerException} instead. No message carries a key, a passphrase or plaintext.
 *
 * <p><em>Immutable.</em>
 */
public abstract sealed class VaultException extends RuntimeException
        permits UnsealException,
                MalformedSealException,
                KeyRingException,
                ModelRejectedException,
                ModelMismatchException,
                TlsMaterialException,
                PolicyException,
                AuditLogException,
                NotPermittedException,
                UnwitnessedException,
                CredentialException,
                VaultIoException {
    private static final long serialVersionUID = 1L;

    VaultException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
