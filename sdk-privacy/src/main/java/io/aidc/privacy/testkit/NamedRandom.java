package io.aidc.privacy.testkit;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random streams that repeat, each under a name. */
final class NamedRandom {
    private NamedRandom() {}

    static RandomGenerator of(long seed, String name) {
        long mixed = seed;
        for (int i = 0; i < name.length(); i++) {
            mixed = new SplittableRandom(mixed + name.charAt(i)).nextLong();
        }
        return new SplittableRandom(mixed);
    }
}
