package io.aidc.security.values;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * FF1 of NIST SP 800-38G, algorithms 7 and 8, over the JDK's AES. Own code because Bouncy Castle's is wrong for the largest
 * radix, 65536, and runs on an AES that looks its rounds up in tables. The halves stay numbers from the first round to the
 * last, which changes nothing in the result.
 *
 * <p>For one message; not thread-safe.
 */
final class Ff1 {
    private static final int ROUNDS = 10;
    private static final int BLOCK = 16;

    private final Cipher cbc;
    private final int length;
    private final BigInteger radix;
    private final BigInteger[] moduli; // of the left half and of the right one
    private final int halfBytes;
    private final byte[] macInput;

    private Ff1(byte[] key, int radix, byte[] tweak, int length) {
        if (radix < 2 || radix > 65536 || length < 2 || !hasDomain(radix, length, 100)) {
            throw new IllegalArgumentException("radix %d and length %d are out of range".formatted(radix, length));
        }
        int left = length / 2;
        int right = length - left;
        this.length = length;
        this.radix = BigInteger.valueOf(radix);
        this.moduli = new BigInteger[] {this.radix.pow(left), this.radix.pow(right)};
        this.halfBytes = (moduli[1].subtract(BigInteger.ONE).bitLength() + 7) / 8;
        int padding = -(tweak.length + halfBytes + 1) & (BLOCK - 1);
        this.macInput = ByteBuffer.allocate(BLOCK + tweak.length + padding + 1 + halfBytes)
                .putInt((1 << 24) | (2 << 16) | (1 << 8) | (radix >>> 16))
                .putShort((short) radix)
                .put((byte) ROUNDS)
                .put((byte) left)
                .putInt(length)
                .putInt(tweak.length)
                .put(tweak)
                .array();
        this.cbc = cbc(key);
    }

    /** Says whether texts of a length have at least so many possible values. */
    static boolean hasDomain(int radix, int length, int values) {
        long domain = 1;
        for (int i = 0; i < length && domain < values; i++) {
            domain *= radix;
        }
        return domain >= values;
    }

    /** Encrypts numerals, each from 0 to radix - 1, of which there are at least two and a hundred possible texts. */
    static int[] encrypt(byte[] key, int radix, byte[] tweak, int[] numerals) {
        Ff1 ff1 = new Ff1(key, radix, tweak, numerals.length);
        BigInteger a = ff1.number(numerals, 0, numerals.length / 2);
        BigInteger b = ff1.number(numerals, numerals.length / 2, numerals.length);
        for (int round = 0; round < ROUNDS; round++) {
            BigInteger c = a.add(ff1.roundFunction(round, b)).mod(ff1.moduli[round & 1]);
            a = b;
            b = c;
        }
        return ff1.numerals(a, b);
    }

    /** The inverse of {@link #encrypt}. */
    static int[] decrypt(byte[] key, int radix, byte[] tweak, int[] numerals) {
        Ff1 ff1 = new Ff1(key, radix, tweak, numerals.length);
        BigInteger a = ff1.number(numerals, 0, numerals.length / 2);
        BigInteger b = ff1.number(numerals, numerals.length / 2, numerals.length);
        for (int round = ROUNDS - 1; round >= 0; round--) {
            BigInteger c = b.subtract(ff1.roundFunction(round, a)).mod(ff1.moduli[round & 1]);
            b = a;
            a = c;
        }
        return ff1.numerals(a, b);
    }

    /** Steps 6.i to 6.iv: CBC-MAC of the fixed block, tweak, round and half, stretched to 4 bytes more than the half. */
    private BigInteger roundFunction(int round, BigInteger half) {
        byte[] number = half.toByteArray(); // may begin with a zero byte for the sign
        int start = macInput.length - halfBytes;
        Arrays.fill(macInput, start, macInput.length, (byte) 0);
        int taken = Math.min(number.length, halfBytes);
        System.arraycopy(number, number.length - taken, macInput, macInput.length - taken, taken);
        macInput[start - 1] = (byte) round;
        byte[] mac = Arrays.copyOfRange(encrypted(macInput), macInput.length - BLOCK, macInput.length);
        int wanted = (halfBytes + 3) / 4 * 4 + 4;
        byte[] stretched = Arrays.copyOf(mac, (wanted + BLOCK - 1) / BLOCK * BLOCK);
        for (int block = 1; block * BLOCK < wanted; block++) {
            ByteBuffer counted = ByteBuffer.wrap(mac.clone());
            counted.putInt(12, counted.getInt(12) ^ block);
            System.arraycopy(encrypted(counted.array()), 0, stretched, block * BLOCK, BLOCK);
        }
        return new BigInteger(1, stretched, 0, wanted);
    }

    private BigInteger number(int[] numerals, int from, int to) {
        BigInteger number = BigInteger.ZERO;
        for (int i = from; i < to; i++) {
            if (numerals[i] < 0 || numerals[i] >= radix.intValue()) {
                throw new IllegalArgumentException("numeral %d is out of range".formatted(i));
            }
            number = number.multiply(radix).add(BigInteger.valueOf(numerals[i]));
        }
        return number;
    }

    private int[] numerals(BigInteger left, BigInteger right) {
        int[] numerals = new int[length];
        fill(numerals, 0, length / 2, left);
        fill(numerals, length / 2, length, right);
        return numerals;
    }

    private void fill(int[] numerals, int from, int to, BigInteger number) {
        for (int i = to - 1; i >= from; i--) {
            BigInteger[] parts = number.divideAndRemainder(radix);
            numerals[i] = parts[1].intValue();
            number = parts[0];
        }
    }

    private byte[] encrypted(byte[] blocks) {
        try {
            return cbc.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES failed on whole blocks", e);
        }
    }

    private static Cipher cbc(byte[] key) {
        try {
            Cipher cbc = Cipher.getInstance("AES/CBC/NoPadding");
            cbc.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[BLOCK]));
            return cbc;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("key must be 16, 24 or 32 bytes, got " + key.length, e);
        }
    }
}
