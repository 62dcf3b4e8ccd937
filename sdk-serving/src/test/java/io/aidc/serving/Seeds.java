package io.aidc.serving;

import java.util.stream.LongStream;

/** Fifty fixed seeds and a fresh one, which {@code -Dtest.seed} repeats. */
public final class Seeds {
    private Seeds() {}

    public static LongStream stream() {
        return LongStream.concat(LongStream.range(0, 50), LongStream.of(Long.getLong("test.seed", System.nanoTime())));
    }
}
