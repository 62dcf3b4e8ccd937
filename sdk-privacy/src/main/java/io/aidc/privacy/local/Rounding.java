package io.aidc.privacy.local;

/** Rounding by more than what computing them can have been wrong. */
final class Rounding {
    private static final int ULPS = 8;

    private Rounding() {}

    static double down(double probability) {
        return probability - ULPS * Math.ulp(probability);
    }

    static double up(double probability) {
        return probability + ULPS * Math.ulp(probability);
    }

    /** A sum of logarithms of quotients of a few roundings each, rounded up. */
    static double guarantee(double epsilon) {
        return epsilon + ULPS * Math.ulp(Math.max(1, epsilon));
    }
}
