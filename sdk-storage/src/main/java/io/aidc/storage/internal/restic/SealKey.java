package io.aidc.storage.internal.restic;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals bytes as {@code IV(16) ‖ AES-256-CTR ciphertext ‖ MAC(16)}; the MAC is Poly1305-AES over the ciphertext with the IV as
 * nonce.
 *
 * <p>Thread-safe.
 *
 * @see <a href="https://cr.yp.to/mac/poly1305-20050329.pdf">Bernstein, The Poly1305-AES message-authentication code</a>
 */
final class SealKey {
    /** By how much sealing lengthens. */
    static final int OVERHEAD_BYTES = 32;

    /** Encryption key 32, {@code k} 16, {@code r} 16. */
    static final int KEY_BYTES = 64;

    private static final int BLOCK_BYTES = 16;

    /** The JIT replaces the cipher's loop by machine instructions after many calls, of which one large call is only one. */
    private static final int PIECE_BYTES = 8 << 10;

    private final byte[] encryption;
    private final byte[] macK;
    private final byte[] macR;
    private final SecureRandom random = new SecureRandom();

    SealKey(byte[] encryption, byte[] macK, byte[] macR) {
        if (encryption.length != 32 || macK.length != BLOCK_BYTES || macR.length != BLOCK_BYTES) {
            throw new IllegalArgumentException("key parts must have 32, 16 and 16 bytes, got %d, %d and %d"
                    .formatted(encryption.length, macK.length, macR.length));
        }
        this.encryption = encryption.clone();
        this.macK = macK.clone();
        this.macR = macR.clone();
    }

    static SealKey of(byte[] bytes) {
        return new SealKey(
                Arrays.copyOf(bytes, 32), Arrays.copyOfRange(bytes, 32, 48), Arrays.copyOfRange(bytes, 48, KEY_BYTES));
    }

    static SealKey random(SecureRandom random) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        return of(bytes);
    }

    static SealKey parse(JsonObject json) {
        JsonObject mac = json.object("mac");
        return new SealKey(json.base64("encrypt"), mac.base64("k"), mac.base64("r"));
    }

    byte[] toJson() {
        Base64.Encoder base64 = Base64.getEncoder();
        Map<String, Object> mac = new LinkedHashMap<>();
        mac.put("k", base64.encodeToString(macK));
        mac.put("r", base64.encodeToString(macR));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mac", mac);
        json.put("encrypt", base64.encodeToString(encryption));
        return Json.write(json);
    }

    byte[] seal(byte[] plain) {
        byte[] iv = new byte[BLOCK_BYTES];
        random.nextBytes(iv);
        byte[] sealed = Arrays.copyOf(iv, plain.length + OVERHEAD_BYTES);
        crypt(iv, plain, 0, plain.length, sealed, BLOCK_BYTES);
        mac(iv, sealed, BLOCK_BYTES, plain.length, sealed, BLOCK_BYTES + plain.length);
        return sealed;
    }

    /** Opens what {@link #seal} made; empty if a bit differs or the key is another one. */
    Optional<byte[]> open(byte[] sealed) {
        return open(sealed, 0, sealed.length);
    }

    Optional<byte[]> open(byte[] source, int offset, int length) {
        int plainBytes = length - OVERHEAD_BYTES;
        if (plainBytes < 0) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOfRange(source, offset, offset + BLOCK_BYTES);
        byte[] expected = new byte[BLOCK_BYTES];
        mac(iv, source, offset + BLOCK_BYTES, plainBytes, expected, 0);
        int macAt = offset + BLOCK_BYTES + plainBytes;
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(source, macAt, macAt + BLOCK_BYTES))) {
            return Optional.empty();
        }
        byte[] plain = new byte[plainBytes];
        crypt(iv, source, offset + BLOCK_BYTES, plainBytes, plain, 0);
        return Optional.of(plain);
    }

    private void crypt(byte[] iv, byte[] in, int inAt, int length, byte[] out, int outAt) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(encryption, "AES"), new IvParameterSpec(iv));
            int done = 0;
            while (length - done > PIECE_BYTES) {
                done += cipher.update(in, inAt + done, PIECE_BYTES, out, outAt + done);
            }
            cipher.doFinal(in, inAt + done, length - done, out, outAt + done);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is missing from this Java runtime", e);
        }
    }

    void mac(byte[] nonce, byte[] in, int inAt, int length, byte[] out, int outAt) {
        byte[] s = new byte[BLOCK_BYTES];
        try {
            Cipher cipher = Cipher.getInstance("AES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(macK, "AES"));
            cipher.doFinal(nonce, 0, BLOCK_BYTES, s, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is missing from this Java runtime", e);
        }
        Poly1305.tag(macR, s, in, inAt, length, out, outAt);
    }
}
