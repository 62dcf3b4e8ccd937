package io.aidc.privacy;

import java.util.stream.LongStream;

/** Seeds for random tests: fixed ones, and a fresh one from {@code -Dtest.seed} or the clock. */
public final class Seeds {
    private Seeds() {}

    public static LongStream all() {
        return few(50);
    }

    public static LongStream few(int count) {
        return LongStream.concat(
                LongStream.range(0, count), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }
}
