package io.aidc.training.federated;

/**
 * Adds vectors so that the order does not matter, not even in the last bit.
 *
 * <p>Each coordinate is an integer of 128 bits that counts steps of 2⁻⁵⁶. A term is cut off towards zero to such steps, by
 * itself, and integers add up the same in any order; so updates are folded in as they arrive and the sum does not depend on
 * threads. Cutting towards zero never lengthens a vector, which keeps the bound of a clipped one. With terms up to 2²⁰ times
 * a weight up to 2²⁹, some 2²² of them fit.
 *
 * <p>Confined: one thread at a time.
 */
final class ExactSum {
    private static final int FRACTION_BITS = 56;
    private static final int MANTISSA_BITS = 52;
    private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
    /** The exponent field of a double whose last mantissa bit is worth 1. */
    private static final int UNIT_EXPONENT = 1023 + MANTISSA_BITS;

    private final long[] low;
    private final long[] high;

    ExactSum(int length) {
        low = new long[length];
        high = new long[length];
    }

    /** Adds a vector times an integer; the product of 24 and 29 bits is exact. */
    void add(float[] values, long weight) {
        for (int i = 0; i < values.length; i++) {
            add(i, (double) values[i] * weight);
        }
    }

    private void add(int index, double term) {
        long bits = Double.doubleToRawLongBits(Math.abs(term));
        int shift = (int) (bits >>> MANTISSA_BITS) - UNIT_EXPONENT + FRACTION_BITS;
        if (shift < -MANTISSA_BITS) {
            return; // less than a step
        }
        long mantissa = (bits & MANTISSA) | (MANTISSA + 1);
        long addedLow;
        long addedHigh = 0;
        if (shift <= 0) {
            addedLow = mantissa >>> -shift;
        } else if (shift < Long.SIZE) {
            addedLow = mantissa << shift;
            addedHigh = mantissa >>> (Long.SIZE - shift);
        } else {
            addedLow = 0;
            addedHigh = mantissa << (shift - Long.SIZE);
        }
        if (term < 0) {
            addedLow = -addedLow;
            addedHigh = ~addedHigh + (addedLow == 0 ? 1 : 0);
        }
        long before = low[index];
        low[index] = before + addedLow;
        long carry = Long.compareUnsigned(low[index], before) < 0 ? 1 : 0;
        high[index] += addedHigh + carry;
    }

    /** Gives the sum divided by a number, rounded to float32. */
    float[] dividedBy(double divisor) {
        float[] result = new float[low.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) (value(i) / divisor);
        }
        return result;
    }

    private double value(int index) {
        long lower = low[index];
        long upper = high[index];
        boolean negative = upper < 0;
        if (negative) {
            lower = -lower;
            upper = ~upper + (lower == 0 ? 1 : 0);
        }
        double unsigned = (lower >>> 1) * 2.0 + (lower & 1);
        double magnitude = Math.scalb((double) upper, Long.SIZE - FRACTION_BITS) + Math.scalb(unsigned, -FRACTION_BITS);
        return negative ? -magnitude : magnitude;
    }
}
