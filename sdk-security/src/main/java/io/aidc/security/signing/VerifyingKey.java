package io.aidc.security.signing;

import java.nio.charset.StandardCharsets;

/** The public half of a {@link SigningKey}: what one algorithm needs to check a signature. */
interface VerifyingKey {
    /** Whether the signature is this key's, over the message. */
    boolean verifies(byte[] message, byte[] signature);

    /** X.509 SubjectPublicKeyInfo, in DER. */
    byte[] spki();

    /** Hex SHA-256 of the key's PEM text, by which signature files name it. */
    default String hint() {
        return Sha256.hex(Pem.encode("PUBLIC KEY", spki()).getBytes(StandardCharsets.US_ASCII));
    }
}
