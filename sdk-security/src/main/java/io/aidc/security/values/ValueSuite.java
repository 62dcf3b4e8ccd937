package io.aidc.security.values;

import io.aidc.security.internal.AesGcmSiv;
import io.aidc.security.internal.Xaes256Gcm;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/** The ciphers of sealed values. The number stands in the bytes, the label in the derivation of the key: neither changes. */
enum ValueSuite {
    XAES_256_GCM(1, "sealed value v1 xaes-256-gcm", Xaes256Gcm.NONCE_BYTES) {
        @Override
        byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad) {
            return Xaes256Gcm.encrypt(key, nonce, plaintext, aad);
        }

        @Override
        byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad) throws AEADBadTagException {
            return Xaes256Gcm.decrypt(key, nonce, ciphertext, aad);
        }
    },
    AES_256_GCM_SIV(2, "sealed value v1 aes-256-gcm-siv", AesGcmSiv.NONCE_BYTES) {
        @Override
        byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad) {
            return AesGcmSiv.encrypt(key, nonce, plaintext, aad);
        }

        @Override
        byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad) throws AEADBadTagException {
            return AesGcmSiv.decrypt(key, nonce, ciphertext, aad);
        }
    };

    static final int TAG_BYTES = 16;

    final int number;
    final String label;
    final int nonceBytes;

    ValueSuite(int number, String label, int nonceBytes) {
        this.number = number;
        this.label = label;
        this.nonceBytes = nonceBytes;
    }

    static Optional<ValueSuite> numbered(int number) {
        for (ValueSuite suite : values()) {
            if (suite.number == number) {
                return Optional.of(suite);
            }
        }
        return Optional.empty();
    }

    abstract byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad);

    abstract byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad) throws AEADBadTagException;
}
