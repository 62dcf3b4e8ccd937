package io.aidc.privacy.aggregation;

/** The integers modulo the prime 2^61 − 1. */
final class Field {
    static final long PRIME = (1L << 61) - 1;

    private Field() {}

    static long add(long a, long b) {
        return reduce(a + b);
    }

    static long subtract(long a, long b) {
        return reduce(a + PRIME - b);
    }

    static long multiply(long a, long b) {
        long low = a * b;
        // 2^61 is 1, so the upper 61 bits of the product are added to the lower
        return reduce((low & PRIME) + (Math.multiplyHigh(a, b) << 3 | low >>> 61));
    }

    static long inverse(long a) {
        // Fermat: a^(p−2); p − 2 has all bits set but the second
        long power = a;
        long result = a;
        for (int bit = 1; bit < 61; bit++) {
            power = multiply(power, power);
            if (bit != 1) {
                result = multiply(result, power);
            }
        }
        return result;
    }

    private static long reduce(long sum) {
        return sum >= PRIME ? sum - PRIME : sum;
    }
}
