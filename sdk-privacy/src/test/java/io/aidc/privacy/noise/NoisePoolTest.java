package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NoisePoolTest {
    private static final DiscreteLaplace LAPLACE = DiscreteLaplace.ofScale(1e9);
    private static final DiscreteGaussian GAUSSIAN = DiscreteGaussian.ofStandardDeviation(1e9);

    private static List<Long> drawn(ToLongFunction<RandomBits> noise, long seed, int count) {
        try (RandomBits bits = SeededBits.of(seed)) {
            return LongStream.generate(() -> noise.applyAsLong(bits))
                    .limit(count)
                    .boxed()
                    .toList();
        }
    }

    @Test
    void sample_withPool_handsOutWhatItsThreadDrewInOrder() {
        try (var pool = new NoisePool(SeededBits.of(1));
                RandomBits bits = pool.bits()) {
            assertThat(LongStream.generate(() -> LAPLACE.sample(bits)).limit(1000))
                    .containsExactlyElementsOf(drawn(LAPLACE::sample, 1, 1000));
        }
    }

    @Test
    void sample_withPool_neverDrawsOnTheCallersThread() {
        Set<String> drawers = ConcurrentHashMap.newKeySet();
        var counting = new RandomBits(key -> {
            drawers.add(Thread.currentThread().getName());
            Arrays.fill(key, (byte) drawers.size());
        });
        try (var pool = new NoisePool(counting);
                RandomBits bits = pool.bits()) {
            for (int i = 0; i < 10 * NoisePool.BATCH; i++) {
                GAUSSIAN.sample(bits);
            }
        }
        assertThat(drawers).containsExactly("noise-pool");
    }

    @Test
    void sample_equalDistributions_shareNumbersAndOthersDoNot() {
        List<Long> drawn = drawn(LAPLACE::sample, 2, 2);
        try (var pool = new NoisePool(SeededBits.of(2));
                RandomBits bits = pool.bits()) {
            assertThat(LAPLACE.sample(bits)).isEqualTo(drawn.get(0));
            assertThat(GAUSSIAN.sample(bits)).isNotEqualTo(drawn.get(1));
            assertThat(DiscreteLaplace.ofScale(1e9).sample(bits)).isEqualTo(drawn.get(1));
        }
    }

    @Test
    void sample_moreDistributionsThanKept_stillAnswersEach() {
        try (var pool = new NoisePool(SeededBits.of(3));
                RandomBits bits = pool.bits()) {
            for (int scale = 1; scale <= 3 * NoisePool.DISTRIBUTIONS; scale++) {
                // |x| < 64·scale fails with probability e^-64
                assertThat(DiscreteLaplace.ofScale(scale).sample(bits)).isBetween(-64L * scale, 64L * scale);
            }
        }
    }

    @Test
    void sample_fourThreads_handsOutEachNumberOnce() throws Exception {
        List<Long> taken = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (var pool = new NoisePool(SeededBits.of(4))) {
            List<Future<List<Long>>> parts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                parts.add(threads.submit(() -> {
                    try (RandomBits bits = pool.bits()) {
                        return LongStream.generate(() -> GAUSSIAN.sample(bits))
                                .limit(1000)
                                .boxed()
                                .toList();
                    }
                }));
            }
            for (Future<List<Long>> part : parts) {
                taken.addAll(part.get());
            }
        } finally {
            threads.shutdown();
        }
        assertThat(taken).containsExactlyInAnyOrderElementsOf(drawn(GAUSSIAN::sample, 4, 4000));
    }

    @Test
    void close_twice_failsEveryLaterUse() {
        var pool = NoisePool.open();
        try (RandomBits bits = pool.bits()) {
            LAPLACE.sample(bits);
            pool.close();
            pool.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> LAPLACE.sample(bits))
                    .withMessageContaining("closed");
            assertThatIllegalStateException().isThrownBy(pool::bits).withMessageContaining("closed");
        }
    }

    @Test
    void equals_distributions_goByWhatTheyDraw() {
        assertThat(DiscreteLaplace.ofScale(2.5))
                .isEqualTo(DiscreteLaplace.ofScale(2.5))
                .hasSameHashCodeAs(DiscreteLaplace.ofScale(2.5))
                .isNotEqualTo(DiscreteLaplace.ofScale(3));
        assertThat(DiscreteGaussian.ofVariance(2.25))
                .isEqualTo(DiscreteGaussian.ofVariance(2.25))
                .hasSameHashCodeAs(DiscreteGaussian.ofVariance(2.25))
                .isNotEqualTo(DiscreteGaussian.ofVariance(2.5));
    }
}
