package io.aidc.security.identity;

import java.util.List;
import java.util.Objects;

/**
 * What a user needs to set up his device, shown to him once and never again.
 *
 * <p>Draw {@link #uri} as a QR code with a library of your choice, over a connection that nobody reads; it holds the secret.
 *
 * <p><em>Immutable.</em>
 *
 * @param uri {@code otpauth://totp/…}, which authenticator apps scan
 * @param secret the same secret in Base32, for typing
 * @param recoveryCodes ten codes, each good once, for when the device is lost; to be printed
 * @see <a href="https://github.com/google/google-authenticator/wiki/Key-Uri-Format">Key URI format</a>
 */
public record Enrolment(String uri, String secret, List<String> recoveryCodes) {
    /** Copies the list. */
    public Enrolment {
        Objects.requireNonNull(uri, "uri");
        Objects.requireNonNull(secret, "secret");
        recoveryCodes = List.copyOf(recoveryCodes);
    }

    /** Shows no secret. */
    @Override
    public String toString() {
        return "Enrolment[recoveryCodes=%d]".formatted(recoveryCodes.size());
    }
}
