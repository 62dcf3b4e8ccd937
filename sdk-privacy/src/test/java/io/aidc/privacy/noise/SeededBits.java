package io.aidc.privacy.noise;

import java.util.SplittableRandom;

/** Random streams that repeat; in the test tree only. */
public final class SeededBits {
    private SeededBits() {}

    public static RandomBits of(long seed) {
        return new RandomBits(new SplittableRandom(seed)::nextBytes);
    }

    public static GaussianNoise gaussianNoise(long seed) {
        return new GaussianNoise(of(seed));
    }

    public static LaplaceNoise laplaceNoise(long seed) {
        return new LaplaceNoise(of(seed));
    }
}
