package io.aidc.training.search;

import java.util.SplittableRandom;

/**
 * Random numbers that depend on what they are for, and not on how many were drawn before: so a search goes on after a
 * crash with the numbers it would have drawn.
 */
final class Draws {
    private static final long PRIME = 0x100000001B3L;

    private Draws() {}

    static SplittableRandom of(long seed, int trial, String purpose) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * PRIME;
        }
        var outer = new SplittableRandom(seed);
        var inner = new SplittableRandom(outer.nextLong() + trial);
        return new SplittableRandom(inner.nextLong() ^ hash);
    }

    /** A standard normal number, by Marsaglia's polar method. */
    static double normal(SplittableRandom random) {
        while (true) {
            double x = 2 * random.nextDouble() - 1;
            double y = 2 * random.nextDouble() - 1;
            double square = x * x + y * y;
            if (square > 0 && square < 1) {
                return x * Math.sqrt(-2 * StrictMath.log(square) / square);
            }
        }
    }

    /** An index by weights that sum to 1. */
    static int index(SplittableRandom random, double[] weights) {
        double rest = random.nextDouble();
        for (int i = 0; i < weights.length - 1; i++) {
            rest -= weights[i];
            if (rest < 0) {
                return i;
            }
        }
        return weights.length - 1;
    }
}
