package io.aidc.privacy.aggregation;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/**
 * Key agreement on Curve25519, on keys of 32 bytes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7748">RFC 7748</a>
 */
final class X25519 {
    static final int KEY_BYTES = 32;
    private static final String NAME = "X25519";
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger BASE = BigInteger.valueOf(9);

    private X25519() {}

    static byte[] publicKey(byte[] scalar) {
        return multiply(scalar, BASE).orElseThrow(() -> new IllegalStateException("the base point has small order"));
    }

    /** Returns the agreed bytes, or nothing if the public key is not in canonical form or agrees on zeros. */
    static Optional<byte[]> agree(byte[] scalar, byte[] publicKey) {
        byte[] bigEndian = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            bigEndian[i] = publicKey[KEY_BYTES - 1 - i];
        }
        BigInteger point = new BigInteger(1, bigEndian);
        return point.compareTo(PRIME) >= 0 ? Optional.empty() : multiply(scalar, point);
    }

    private static Optional<byte[]> multiply(byte[] scalar, BigInteger point) {
        try {
            KeyFactory keys = KeyFactory.getInstance(NAME);
            KeyAgreement agreement = KeyAgreement.getInstance(NAME);
            agreement.init(keys.generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, scalar)));
            agreement.doPhase(keys.generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, point)), true);
            return Optional.of(agreement.generateSecret());
        } catch (InvalidKeyException e) {
            // the JDK refuses a point of small order, all of whose agreements are zero
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks " + NAME, e);
        }
    }
}
