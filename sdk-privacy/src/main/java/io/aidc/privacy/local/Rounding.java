package io.aidc.privacy.local;

/** Rounding of probabilities by more than what computing them can have been wrong. */
final class Rounding {
    private static final int ULPS = 8;

    private Rounding() {}

    static double down(double probability) {
        return probability - ULPS * Math.ulp(probability);
    }

    static double up(double probability) {
        return probability + ULPS * Math.ulp(probability);
    }
}
