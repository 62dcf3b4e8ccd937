package io.aidc.security.internal;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * XAES-256-GCM of C2SP: AES-256-GCM with a nonce of 24 bytes, long enough to be drawn at random for any number of
 * messages. It does not commit to its key.
 */
public final class Xaes256Gcm {
    /** Bytes in a key. */
    public static final int KEY_BYTES = 32;

    /** Bytes in a nonce. */
    public static final int NONCE_BYTES = 24;

    /** Bytes by which a ciphertext is longer than its plaintext. */
    public static final int TAG_BYTES = 16;

    private Xaes256Gcm() {}

    /**
     * Encrypts.
     *
     * @param key 32 bytes
     * @param nonce 24 bytes, never used before with this key
     * @param plaintext what to hide
     * @param aad what to bind but not to hide
     * @return ciphertext and tag
     */
    public static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad) {
        try {
            return run(Cipher.ENCRYPT_MODE, key, nonce, plaintext, aad);
        } catch (AEADBadTagException e) {
            throw new IllegalStateException("encryption checks no tag", e);
        }
    }

    /**
     * Decrypts.
     *
     * @param key 32 bytes
     * @param nonce 24 bytes
     * @param ciphertext ciphertext and tag
     * @param aad what was bound
     * @return the plaintext
     * @throws AEADBadTagException if anything differs from what was encrypted
     */
    public static byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad) throws AEADBadTagException {
        if (ciphertext.length < TAG_BYTES) {
            throw new AEADBadTagException("ciphertext is shorter than its tag");
        }
        return run(Cipher.DECRYPT_MODE, key, nonce, ciphertext, aad);
    }

    private static byte[] run(int mode, byte[] key, byte[] nonce, byte[] input, byte[] aad) throws AEADBadTagException {
        if (key.length != KEY_BYTES || nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "key and nonce must be 32 and 24 bytes, got %d and %d".formatted(key.length, nonce.length));
        }
        byte[] derived = derive(key, nonce);
        try {
            Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
            gcm.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce, 12, 12));
            gcm.updateAAD(aad);
            return gcm.doFinal(input);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing in this JVM", e);
        } finally {
            Arrays.fill(derived, (byte) 0);
        }
    }

    /** CMAC of two one-block messages (NIST SP 800-108 in counter mode), for which CMAC is one XOR and one block. */
    private static byte[] derive(byte[] key, byte[] nonce) {
        try {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            byte[] subkey = doubled(aes.doFinal(new byte[16]));
            byte[] blocks = new byte[32];
            for (int i = 0; i < 2; i++) {
                blocks[16 * i + 1] = (byte) (i + 1);
                blocks[16 * i + 2] = 'X';
                System.arraycopy(nonce, 0, blocks, 16 * i + 4, 12);
                for (int j = 0; j < 16; j++) {
                    blocks[16 * i + j] ^= subkey[j];
                }
            }
            return aes.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is missing in this JVM", e);
        }
    }

    private static byte[] doubled(byte[] block) {
        byte[] result = new byte[16];
        for (int i = 0; i < 16; i++) {
            int next = i < 15 ? (block[i + 1] & 0xff) >>> 7 : (block[0] < 0 ? 0x87 : 0);
            result[i] = (byte) (block[i] << 1 ^ next);
        }
        return result;
    }
}
