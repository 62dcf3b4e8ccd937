package io.aidc.storage.internal.restic;

import java.util.random.RandomGenerator;

/**
 * Polynomials over GF(2), bit i is the coefficient of xⁱ.
 *
 * <p>restic's own chunker needs one of degree 53 in the configuration; nothing here is cut by it.
 */
final class Polynomial {
    private static final int DEGREE = 53;

    private Polynomial() {}

    static long randomIrreducible(RandomGenerator random) {
        while (true) {
            long candidate = (random.nextLong() & ((1L << DEGREE) - 1)) | (1L << DEGREE) | 1;
            if (isIrreducible(candidate)) {
                return candidate;
            }
        }
    }

    /**
     * Rabin's test. As 53 is prime it needs two things: no root, and {@code x^(2^53) = x} modulo the polynomial.
     *
     * @param f of degree 53
     */
    static boolean isIrreducible(long f) {
        boolean hasRoot = (f & 1) == 0 || Long.bitCount(f) % 2 == 0;
        if (hasRoot) {
            return false;
        }
        long power = 2;
        for (int i = 0; i < DEGREE; i++) {
            power = multiply(power, power, f);
        }
        return power == 2;
    }

    private static long multiply(long a, long b, long modulus) {
        long product = 0;
        long shifted = a;
        for (long rest = b; rest != 0; rest >>>= 1) {
            if ((rest & 1) != 0) {
                product ^= shifted;
            }
            shifted <<= 1;
            if ((shifted >>> DEGREE & 1) != 0) {
                shifted ^= modulus;
            }
        }
        return product;
    }
}
