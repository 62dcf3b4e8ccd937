package io.aidc.security.keys;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;

/** What the suites ask of Bouncy Castle. */
final class HpkeKem {
    static final int SEED_BYTES = 32;

    private HpkeKem() {}

    /** HPKE in one of the modes of RFC 9180; only {@link HPKE#mode_base} is used outside tests. */
    static HPKE hpke(HpkeSuite suite, byte mode) {
        return new HPKE(mode, (short) suite.kem(), HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }

    /** The pair that belongs to the 32 bytes: X-Wing's decapsulation key, or X25519's private key. */
    static AsymmetricCipherKeyPair pair(HpkeSuite suite, byte[] seed) {
        return hpke(suite, HPKE.mode_base).deserializePrivateKey(seed, null);
    }

    static byte[] publicKey(HpkeSuite suite, byte[] seed) {
        return hpke(suite, HPKE.mode_base).serializePublicKey(pair(suite, seed).getPublic());
    }

    /** Whether something can be encrypted to these bytes, which it shows by trying. */
    static boolean isUsable(HpkeSuite suite, byte[] publicKey) {
        HPKE hpke = hpke(suite, HPKE.mode_base);
        try {
            hpke.setupBaseS(hpke.deserializePublicKey(publicKey), new byte[0]);
            return true;
        } catch (IllegalArgumentException | IllegalStateException e) {
            return false; // coefficients of ML-KEM out of range, or a shared secret of zeros
        }
    }

    static byte[] freshSeed() {
        byte[] seed = new byte[SEED_BYTES];
        new SecureRandom().nextBytes(seed);
        return seed;
    }
}
