package io.aidc.training.federated;

import java.util.SplittableRandom;

/** Makes the seeds of draws and clients from the run's seed, the same on every machine. */
final class Seeds {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Seeds() {}

    static long draw(long seed, int round, int attempt) {
        return mix(mix(mix(seed, 1), round), attempt);
    }

    /** Does not depend on the attempt: a client that is asked again computes the same. */
    static long client(long seed, int round, String name) {
        long hash = FNV_OFFSET;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * FNV_PRIME;
        }
        return mix(mix(mix(seed, 2), round), hash);
    }

    private static long mix(long state, long value) {
        return new SplittableRandom(state ^ new SplittableRandom(value).nextLong()).nextLong();
    }
}
