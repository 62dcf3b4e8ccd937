package io.aidc.security.signing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Objects;

/** ECDSA by the JDK, so that the private key may be a handle to hardware. */
final class EcSigningKey implements SigningKey {
    private static final byte[] PROBE = "do these keys belong together?".getBytes(StandardCharsets.US_ASCII);

    private final PrivateKey privateKey;
    private final EcKey publicKey;

    EcSigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = Objects.requireNonNull(privateKey, "private key");
        this.publicKey = EcKey.of(publicKey);
        if (!this.publicKey.verifies(PROBE, sign(PROBE))) {
            throw new IllegalArgumentException("private and public key do not belong together");
        }
    }

    @Override
    public byte[] sign(byte[] message) {
        String algorithm = publicKey.curve().algorithm();
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(message);
            return signer.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the private key cannot sign with " + algorithm, e);
        }
    }

    @Override
    public EcKey verifyingKey() {
        return publicKey;
    }
}
