package io.aidc.training;

import java.util.SplittableRandom;

/** Orders indices by chance, the same way on every machine. */
final class Shuffle {
    private Shuffle() {}

    static int[] of(int count, long seed) {
        var random = new SplittableRandom(seed);
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
