package io.aidc.privacy.query;

import java.math.BigInteger;

/** A sum of 64-bit integers in 128 bits: whatever the order, the same value, and no overflow below 2^63 terms. */
final class ExactSum {
    private long high;
    private long low;

    void add(long value) {
        low += value;
        high += (value >> 63) + (Long.compareUnsigned(low, value) < 0 ? 1 : 0);
    }

    BigInteger plus(long noise) {
        BigInteger unsignedLow = BigInteger.valueOf(low & Long.MAX_VALUE);
        if (low < 0) {
            unsignedLow = unsignedLow.setBit(63);
        }
        return BigInteger.valueOf(high).shiftLeft(64).add(unsignedLow).add(BigInteger.valueOf(noise));
    }
}
