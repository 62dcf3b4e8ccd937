package io.aidc.security.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM-SIV of RFC 8452: a nonce that comes twice with the same key shows whether two messages are equal, and nothing
 * else. It does not commit to its key. For short messages: the hash, one bit at a time without tables or branches, is slow.
 *
 * <p>Written over the JDK's AES since Bouncy Castle's leaves copies of what it decrypted in the heap.
 */
public final class AesGcmSiv {
    /** Bytes in a nonce. */
    public static final int NONCE_BYTES = 12;

    /** Bytes by which a ciphertext is longer than its plaintext. */
    public static final int TAG_BYTES = 16;

    private static final int BLOCK = 16;

    private final Cipher aes;
    private final long hashLow;
    private final long hashHigh;
    private final byte[] nonce;

    /** Derives the two keys of one message (RFC 8452, section 4). */
    private AesGcmSiv(byte[] key, byte[] nonce) {
        if ((key.length != 16 && key.length != 32) || nonce.length != NONCE_BYTES) {
            throw new IllegalArgumentException(
                    "key and nonce must be 16 or 32 and 12 bytes, got %d and %d".formatted(key.length, nonce.length));
        }
        byte[] blocks = new byte[(2 + key.length / 8) * BLOCK];
        ByteBuffer out = littleEndian(blocks);
        for (int i = 0; out.hasRemaining(); i++) {
            out.putInt(i).put(nonce);
        }
        byte[] encrypted = encrypted(aes(key), blocks);
        byte[] messageKey = new byte[key.length];
        for (int i = 0; i < key.length; i += 8) {
            System.arraycopy(encrypted, (2 + i / 8) * BLOCK, messageKey, i, 8);
        }
        ByteBuffer hashKey = littleEndian(encrypted);
        this.hashLow = hashKey.getLong(0);
        this.hashHigh = hashKey.getLong(BLOCK);
        this.aes = aes(messageKey);
        this.nonce = nonce;
        Arrays.fill(messageKey, (byte) 0);
        Arrays.fill(encrypted, (byte) 0);
    }

    /**
     * Encrypts.
     *
     * @param key 16 or 32 bytes
     * @param nonce 12 bytes, better not used before with this key
     * @param plaintext what to hide, at most 1 GiB
     * @param aad what to bind but not to hide
     * @return ciphertext and tag
     */
    public static byte[] encrypt(byte[] key, byte[] nonce, byte[] plaintext, byte[] aad) {
        AesGcmSiv siv = new AesGcmSiv(key, nonce);
        byte[] tag = siv.tag(plaintext, aad);
        byte[] result = Arrays.copyOf(plaintext, plaintext.length + TAG_BYTES);
        siv.xorKeyStream(tag, result, plaintext.length);
        System.arraycopy(tag, 0, result, plaintext.length, TAG_BYTES);
        return result;
    }

    /**
     * Decrypts.
     *
     * @param key 16 or 32 bytes
     * @param nonce 12 bytes
     * @param ciphertext ciphertext and tag
     * @param aad what was bound
     * @return the plaintext
     * @throws AEADBadTagException if anything differs from what was encrypted
     */
    public static byte[] decrypt(byte[] key, byte[] nonce, byte[] ciphertext, byte[] aad) throws AEADBadTagException {
        AesGcmSiv siv = new AesGcmSiv(key, nonce);
        if (ciphertext.length < TAG_BYTES) {
            throw new AEADBadTagException("ciphertext is shorter than its tag");
        }
        int length = ciphertext.length - TAG_BYTES;
        byte[] tag = Arrays.copyOfRange(ciphertext, length, ciphertext.length);
        byte[] plaintext = Arrays.copyOf(ciphertext, length);
        siv.xorKeyStream(tag, plaintext, length);
        if (!MessageDigest.isEqual(siv.tag(plaintext, aad), tag)) {
            Arrays.fill(plaintext, (byte) 0);
            throw new AEADBadTagException("the tag differs");
        }
        return plaintext;
    }

    private byte[] tag(byte[] plaintext, byte[] aad) {
        Polyval hash = new Polyval(hashLow, hashHigh);
        hash.update(aad);
        hash.update(plaintext);
        hash.update(8L * aad.length, 8L * plaintext.length);
        byte[] block = new byte[BLOCK];
        littleEndian(block).putLong(hash.low).putLong(hash.high);
        for (int i = 0; i < NONCE_BYTES; i++) {
            block[i] ^= nonce[i];
        }
        block[BLOCK - 1] &= 0x7f;
        return encrypted(aes, block);
    }

    /** Counter mode from the tag on; the counter is the first 32 bits, and wraps. */
    private void xorKeyStream(byte[] tag, byte[] text, int length) {
        int first = littleEndian(tag).getInt(0);
        byte[] counters = new byte[(length + BLOCK - 1) / BLOCK * BLOCK];
        ByteBuffer out = littleEndian(counters);
        for (int at = 0; out.hasRemaining(); at++) {
            out.putInt(first + at).put(tag, 4, 11).put((byte) (tag[15] | 0x80));
        }
        byte[] keyStream = encrypted(aes, counters);
        for (int i = 0; i < length; i++) {
            text[i] ^= keyStream[i];
        }
        Arrays.fill(keyStream, (byte) 0);
    }

    /** POLYVAL (RFC 8452, section 3); low holds the coefficients of x^0 to x^63. */
    private static final class Polyval {
        private final long keyLow;
        private final long keyHigh;
        private long low;
        private long high;

        private Polyval(long keyLow, long keyHigh) {
            this.keyLow = keyLow;
            this.keyHigh = keyHigh;
        }

        private void update(byte[] bytes) {
            ByteBuffer in = littleEndian(bytes);
            while (in.remaining() >= BLOCK) {
                update(in.getLong(), in.getLong());
            }
            if (in.hasRemaining()) {
                byte[] last = new byte[BLOCK];
                in.get(last, 0, in.remaining());
                ByteBuffer padded = littleEndian(last);
                update(padded.getLong(), padded.getLong());
                Arrays.fill(last, (byte) 0);
            }
        }

        /** The sum times the key times x^-128: for each bit, the key is added and all divided by x. */
        private void update(long blockLow, long blockHigh) {
            long factorLow = low ^ blockLow;
            long factorHigh = high ^ blockHigh;
            long sumLow = 0;
            long sumHigh = 0;
            for (int i = 0; i < 128; i++) {
                long bit = -((i < 64 ? factorLow >>> i : factorHigh >>> (i - 64)) & 1);
                sumLow ^= keyLow & bit;
                sumHigh ^= keyHigh & bit;
                long odd = -(sumLow & 1); // then x^128 + x^127 + x^126 + x^121 + 1 is added first
                sumLow = (sumLow >>> 1) | (sumHigh << 63);
                sumHigh = (sumHigh >>> 1) ^ (0xe100000000000000L & odd);
            }
            low = sumLow;
            high = sumHigh;
        }
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Cipher aes(byte[] key) {
        try {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            return aes;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES is missing in this JVM", e);
        }
    }

    private static byte[] encrypted(Cipher aes, byte[] blocks) {
        try {
            return aes.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed on whole blocks", e);
        }
    }
}
