package io.aidc.privacy.noise;

import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Random streams that repeat; in the test tree only. */
public final class SeededBits {
    private SeededBits() {}

    public static RandomBits of(long seed) {
        return new RandomBits(new SplittableRandom(seed)::nextBytes);
    }

    public static GaussianNoise gaussianNoise(long seed) {
        return new GaussianNoise(of(seed));
    }

    public static BulkNoise bulkNoise(int streams, long seed) {
        var next = new AtomicLong(seed << 16);
        return new BulkNoise(streams, () -> of(next.getAndIncrement()));
    }

    public static LaplaceNoise laplaceNoise(long seed) {
        return new LaplaceNoise(of(seed));
    }
}
