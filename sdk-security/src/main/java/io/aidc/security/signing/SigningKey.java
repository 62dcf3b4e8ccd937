package io.aidc.security.signing;

/** A private key and the algorithm it is for. */
interface SigningKey {
    byte[] sign(byte[] message);

    VerifyingKey verifyingKey();
}
