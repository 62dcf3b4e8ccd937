package io.aidc.training.evaluation;

import java.util.SplittableRandom;

/** Makes many seeds of one, and orders by chance. */
final class Seeds {
    private Seeds() {}

    /** A seed for one use of randomness, unlike that of any other use. */
    static long derived(long seed, long use) {
        return new SplittableRandom(seed ^ ((use + 1) * 0x9E3779B97F4A7C15L)).nextLong();
    }

    /** The numbers below {@code count} in an order drawn by the seed, the same on every machine. */
    static int[] order(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
