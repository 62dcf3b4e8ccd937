package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RandomBitsTest {
    private static final int DRAWS = 200_000;

    @Test
    void nextLong_twoStreams_haveNothingInCommon() {
        Set<Long> seen = new HashSet<>();
        try (RandomBits first = RandomBits.open();
                RandomBits second = RandomBits.open()) {
            for (int i = 0; i < 2000; i++) {
                seen.add(first.nextLong());
                seen.add(second.nextLong());
            }
        }
        // a collision among 4000 values of 64 bits: 4e-13
        assertThat(seen).hasSize(4000);
    }

    @Test
    void nextLong_pastSixteenMebibytes_takesAnotherKey() {
        var keys = new AtomicInteger();
        try (var bits = new RandomBits(key -> key[0] = (byte) keys.incrementAndGet())) {
            int longsPerKey = (16 << 20) / Long.BYTES;
            for (int i = 0; i < longsPerKey; i++) {
                bits.nextLong();
            }
            assertThat(keys).hasValue(1);
            bits.nextLong();
            assertThat(keys).hasValue(2);
        }
    }

    /** Fixed seed. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 7, 64, 100})
    void nextBelow_anyBound_isUniform(long bound) {
        RandomBits bits = SeededBits.of(bound);
        Map<Long, Long> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(bits.nextBelow(bound), 1L, Long::sum);
        }
        assertThat(counts.keySet()).allMatch(value -> value >= 0 && value < bound);
        for (long value = 0; value < bound; value++) {
            double expected = (double) DRAWS / bound;
            assertThat((double) counts.getOrDefault(value, 0L)).isCloseTo(expected, within(6 * Math.sqrt(expected)));
        }
    }

    @Test
    void nextBelow_hugeBound_fillsTheUpperHalfToo() {
        RandomBits bits = SeededBits.of(5);
        long bound = (1L << 62) - 12345;
        int upper = 0;
        for (int i = 0; i < 10_000; i++) {
            long value = bits.nextBelow(bound);
            assertThat(value).isBetween(0L, bound - 1);
            upper += value >= bound / 2 ? 1 : 0;
        }
        assertThat(upper).isBetween(4700, 5300);
    }

    /** Fixed seed; the tolerance is five standard errors. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.2, 1e-3, 0.999, 0x1p-33 * 3})
    void nextBoolean_probability_isMet(double probability) {
        RandomBits bits = SeededBits.of(9);
        int hits = 0;
        for (int i = 0; i < DRAWS; i++) {
            hits += bits.nextBoolean(probability) ? 1 : 0;
        }
        double error = 5 * Math.sqrt(probability * (1 - probability) / DRAWS) + 1.0 / DRAWS;
        assertThat((double) hits / DRAWS).isCloseTo(probability, within(error));
    }

    @Test
    void nextBoolean_zeroAndOne_areCertain() {
        RandomBits bits = SeededBits.of(1);
        for (int i = 0; i < 1000; i++) {
            assertThat(bits.nextBoolean(0)).isFalse();
            assertThat(bits.nextBoolean(1)).isTrue();
        }
    }

    @Test
    void draws_argumentOutOfRange_isNamed() {
        RandomBits bits = SeededBits.of(1);
        assertThatThrownBy(() -> bits.nextBits(0)).hasMessage("count must be in 1 to 31, got 0");
        assertThatThrownBy(() -> bits.nextBits(32)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bits.nextBelow(0)).hasMessage("bound must be in 1 to 2^62, got 0");
        assertThatThrownBy(() -> bits.nextBelow((1L << 62) + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> bits.nextBoolean(Double.NaN)).hasMessage("probability must be in [0, 1], got NaN");
        assertThatThrownBy(() -> bits.nextBoolean(1.1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void draws_afterClose_fail() {
        RandomBits bits = RandomBits.open();
        bits.nextBits(3);
        bits.nextLong();
        bits.close();
        bits.close();
        assertThatThrownBy(bits::nextLong).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bits.nextBits(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bits.nextBelow(5)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> bits.nextBoolean(0.5)).isInstanceOf(IllegalStateException.class);
    }
}
