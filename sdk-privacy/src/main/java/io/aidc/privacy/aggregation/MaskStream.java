package io.aidc.privacy.aggregation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The pseudorandom words that hide a vector: AES-256 in counter mode from block 0, little-endian, 64 KiB at a time.
 *
 * <p>Every use starts anew with its own key. Not thread-safe.
 */
final class MaskStream {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final byte[] ZEROS = new byte[BLOCK_BYTES];
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final Cipher cipher;
    private final byte[] block = new byte[BLOCK_BYTES];
    private int position = BLOCK_BYTES;

    MaskStream() {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks AES/CTR/NoPadding", e);
        }
    }

    /** Starts the stream of a key, which the caller may then wipe. */
    MaskStream start(byte[] key) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-CTR failed", e);
        }
        position = BLOCK_BYTES;
        return this;
    }

    void addTo(int[] words) {
        for (int from = 0; from < words.length; from += BLOCK_BYTES / Integer.BYTES) {
            refill();
            int count = Math.min(BLOCK_BYTES / Integer.BYTES, words.length - from);
            for (int i = 0; i < count; i++) {
                words[from + i] += (int) INTS.get(block, i * Integer.BYTES);
            }
        }
    }

    void subtractFrom(int[] words) {
        for (int from = 0; from < words.length; from += BLOCK_BYTES / Integer.BYTES) {
            refill();
            int count = Math.min(BLOCK_BYTES / Integer.BYTES, words.length - from);
            for (int i = 0; i < count; i++) {
                words[from + i] -= (int) INTS.get(block, i * Integer.BYTES);
            }
        }
    }

    void addTo(long[] words) {
        for (int from = 0; from < words.length; from += BLOCK_BYTES / Long.BYTES) {
            refill();
            int count = Math.min(BLOCK_BYTES / Long.BYTES, words.length - from);
            for (int i = 0; i < count; i++) {
                words[from + i] += (long) LONGS.get(block, i * Long.BYTES);
            }
        }
    }

    void subtractFrom(long[] words) {
        for (int from = 0; from < words.length; from += BLOCK_BYTES / Long.BYTES) {
            refill();
            int count = Math.min(BLOCK_BYTES / Long.BYTES, words.length - from);
            for (int i = 0; i < count; i++) {
                words[from + i] -= (long) LONGS.get(block, i * Long.BYTES);
            }
        }
    }

    /** Draws without bias from [0, bound). */
    int below(int bound) {
        while (true) {
            if (position == BLOCK_BYTES) {
                refill();
                position = 0;
            }
            long word = (long) LONGS.get(block, position) >>> 1;
            position += Long.BYTES;
            long value = word % bound;
            if (word - value <= Long.MAX_VALUE - bound + 1) {
                return (int) value;
            }
        }
    }

    /** Forgets the key and the words at hand. */
    void wipe() {
        start(new byte[KeySchedule.KEY_BYTES]);
        Arrays.fill(block, (byte) 0);
    }

    private void refill() {
        try {
            cipher.update(ZEROS, 0, BLOCK_BYTES, block, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-256-CTR failed", e);
        }
    }
}
