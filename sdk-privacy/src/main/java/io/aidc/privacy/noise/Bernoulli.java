package io.aidc.privacy.noise;

/**
 * Exact coin tosses with probabilities e^(−x) for rational x, by integer arithmetic.
 *
 * <p>The factor series of e^(−x) is tossed factor by factor (Canonne, Kamath, Steinke 2020, Algorithm 1). Where a
 * probability is a product of fractions, the fractions are tossed one after another instead of being multiplied, so
 * that nothing grows past 64 bits.
 */
final class Bernoulli {
    private Bernoulli() {}

    /** True with probability numerator/denominator; 0 ≤ numerator ≤ denominator ≤ 2^62. */
    static boolean fraction(long numerator, long denominator, RandomBits bits) {
        return numerator == denominator || bits.nextBelow(denominator) < numerator;
    }

    /** True with probability e^(−1). */
    static boolean expMinusOne(RandomBits bits) {
        int k = 1;
        do {
            k++;
        } while (oneIn(k, bits));
        // the first factor 1/1 always succeeds, so k counts one more than the successes
        return (k & 1) == 1;
    }

    /** True with probability e^(−numerator/denominator); 0 ≤ numerator ≤ denominator. */
    static boolean exp(long numerator, long denominator, RandomBits bits) {
        int k = 1;
        while (fraction(numerator, denominator, bits) && oneIn(k, bits)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with probability e^(−a/(2m)); 0 ≤ a ≤ m. */
    static boolean expHalf(long numerator, long denominator, RandomBits bits) {
        int k = 1;
        while (bits.nextBits(1) == 0 && fraction(numerator, denominator, bits) && oneIn(k, bits)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with probability e^(−(a/m)·(b/n)/2) for fractions a/m and b/n of any size. */
    static boolean expHalfProduct(long a, long m, long b, long n, RandomBits bits) {
        long wholeA = a / m;
        long wholeB = b / n;
        long restA = a % m;
        long restB = b % n;
        return repeat(wholeA, wholeB, bits)
                && repeatHalf(wholeA, restB, n, bits)
                && repeatHalf(wholeB, restA, m, bits)
                && expHalfProductBelowOne(restA, m, restB, n, bits);
    }

    /** e^(−count₁·count₂/2) as that many tosses; one failure ends it. */
    private static boolean repeat(long first, long second, RandomBits bits) {
        for (long i = 0; second > 0 && i < first; i++) {
            if (!repeatHalf(second, 1, 1, bits)) {
                return false;
            }
        }
        return true;
    }

    private static boolean repeatHalf(long count, long numerator, long denominator, RandomBits bits) {
        for (long i = 0; i < count; i++) {
            if (!expHalf(numerator, denominator, bits)) {
                return false;
            }
        }
        return true;
    }

    private static boolean expHalfProductBelowOne(long a, long m, long b, long n, RandomBits bits) {
        int k = 1;
        while (bits.nextBits(1) == 0 && fraction(a, m, bits) && fraction(b, n, bits) && oneIn(k, bits)) {
            k++;
        }
        return (k & 1) == 1;
    }

    /** True with probability 1/k. */
    private static boolean oneIn(int k, RandomBits bits) {
        if (k == 1) {
            return true;
        }
        int width = 32 - Integer.numberOfLeadingZeros(k - 1);
        int drawn;
        do {
            drawn = bits.nextBits(width);
        } while (drawn >= k);
        return drawn == 0;
    }
}
