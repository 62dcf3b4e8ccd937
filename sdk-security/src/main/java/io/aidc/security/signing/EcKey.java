package io.aidc.security.signing;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;

/** A public key on one of the curves of the format. */
record EcKey(ECPublicKey key, Curve curve) implements VerifyingKey {
    static EcKey of(PublicKey key) {
        Curve curve = Curve.of(key)
                .orElseThrow(() -> new IllegalArgumentException(
                        "key must be on P-256, P-384 or P-521, got " + key.getAlgorithm()));
        return new EcKey((ECPublicKey) key, curve);
    }

    @Override
    public boolean verifies(byte[] message, byte[] signature) {
        return curve.verifies(key, curve.hash(), message, signature);
    }

    /** As releases before v1 did with certificates, whatever the curve. */
    boolean verifiesWithSha256(byte[] message, byte[] signature) {
        return curve.verifies(key, Curve.P256.hash(), message, signature);
    }

    @Override
    public byte[] spki() {
        return key.getEncoded();
    }
}
