package io.aidc.storage.internal.restic;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;

/** Compared with Bouncy Castle's and with the definition. */
class Poly1305Test {
    private static final BigInteger PRIME = BigInteger.ONE.shiftLeft(130).subtract(BigInteger.valueOf(5));

    private static byte[] ours(byte[] r, byte[] s, byte[] message) {
        byte[] padded = new byte[message.length + 7];
        System.arraycopy(message, 0, padded, 3, message.length);
        byte[] tag = new byte[20];
        Poly1305.tag(r, s, padded, 3, message.length, tag, 2);
        return Arrays.copyOfRange(tag, 2, 18);
    }

    private static byte[] bouncyCastles(byte[] r, byte[] s, byte[] message) {
        byte[] key = Arrays.copyOf(r, 32);
        System.arraycopy(s, 0, key, 16, 16);
        var mac = new org.bouncycastle.crypto.macs.Poly1305();
        mac.init(new KeyParameter(key));
        mac.update(message, 0, message.length);
        byte[] tag = new byte[16];
        mac.doFinal(tag, 0);
        return tag;
    }

    @Test
    void tag_randomMessages_isBouncyCastles() {
        var random = new Random(1);
        for (int i = 0; i < 3000; i++) {
            byte[] r = bytes(random, 16);
            byte[] s = bytes(random, 16);
            byte[] message = bytes(random, i < 300 ? i : random.nextInt(20_000));
            assertThat(ours(r, s, message)).as("message %d", i).isEqualTo(bouncyCastles(r, s, message));
        }
    }

    /** Random bytes, of which long stretches are all zeros or all ones, where carries run far. */
    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        if (random.nextInt(3) > 0) {
            for (int at = 0; at < length; at += 1 + random.nextInt(40)) {
                byte fill = (byte) (random.nextBoolean() ? 0xFF : 0);
                Arrays.fill(bytes, at, Math.min(length, at + random.nextInt(40)), fill);
            }
        }
        return bytes;
    }

    @Test
    void tag_sumsAroundThePrime_isTheDefinitions() {
        // r = 1: the accumulator is the plain sum of the blocks, so each distance from the prime can be reached.
        byte[] one = new byte[16];
        one[0] = 1;
        byte[] s = new byte[16];
        for (int distance = -8; distance <= 8; distance++) {
            BigInteger rest = PRIME.add(BigInteger.valueOf(distance));
            byte[] message = new byte[3 * 16];
            for (int block = 0; block < 3; block++) {
                BigInteger top = BigInteger.ONE.shiftLeft(128);
                BigInteger part = rest.subtract(top.multiply(BigInteger.valueOf(3 - block)))
                        .max(BigInteger.ZERO);
                part = part.min(top.subtract(BigInteger.ONE));
                writeLittleEndian(part, message, block * 16);
                rest = rest.subtract(part.add(top));
            }
            assertThat(ours(one, s, message)).as("%d", distance).isEqualTo(bouncyCastles(one, s, message));
        }
    }

    private static void writeLittleEndian(BigInteger number, byte[] target, int at) {
        byte[] big = number.toByteArray();
        for (int i = 0; i < Math.min(16, big.length); i++) {
            target[at + i] = big[big.length - 1 - i];
        }
    }
}
