package io.aidc.storage.faults;

import java.util.SplittableRandom;

/** The bytes of an artifact, derived from its name, so that whoever reads it can check every byte. */
final class Contents {
    private static final int SMALL = 40_000;
    private static final int LARGE = 2_000_000;

    private Contents() {}

    static byte[] of(String name, String label) {
        long seed = 31L * name.hashCode() + label.hashCode();
        var random = new SplittableRandom(seed);
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(16) == 0 ? LARGE : SMALL)];
        random.nextBytes(bytes);
        return bytes;
    }
}
