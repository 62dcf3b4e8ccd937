package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkNoiseTest {
    private static final int LENGTH = 200_001;
    private static final DiscreteGaussian NOISE = DiscreteGaussian.ofStandardDeviation(1000);

    /** Fixed seed; mean and variance of each third of the vector within five standard errors. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7})
    void addTo_anyNumberOfStreams_reachesEveryRangeOnce(int streams) {
        long[] steps = new long[LENGTH];
        Arrays.fill(steps, 5_000_000);
        try (BulkNoise source = SeededBits.bulkNoise(streams, 1)) {
            source.addTo(steps, NOISE);
        }
        int third = LENGTH / 3;
        for (int from = 0; from < LENGTH; from += third) {
            double sum = 0;
            double squares = 0;
            for (int i = from; i < from + third; i++) {
                double drawn = steps[i] - 5_000_000;
                sum += drawn;
                squares += drawn * drawn;
            }
            assertThat(sum / third).isCloseTo(0, within(5 * 1000 / Math.sqrt(third)));
            assertThat(squares / third / 1e6).isCloseTo(1, within(5 * Math.sqrt(2.0 / third)));
        }
    }

    /** Equal streams would give equal ranges. */
    @Test
    void addTo_secretStreams_differ() {
        long[] steps = new long[2 * BulkNoise.SHORT];
        try (BulkNoise source = BulkNoise.open(2)) {
            source.addTo(steps, NOISE);
        }
        assertThat(Arrays.copyOf(steps, 64))
                .isNotEqualTo(Arrays.copyOfRange(steps, BulkNoise.SHORT, BulkNoise.SHORT + 64));
    }

    @Test
    void addTo_emptyAndOne_work() {
        try (BulkNoise source = SeededBits.bulkNoise(1, 1)) {
            source.addTo(new long[0], NOISE);
            long[] one = new long[1];
            source.addTo(one, NOISE);
            assertThat(one[0]).isNotZero();
        }
    }

    @Test
    void threads_areNamedDaemonsAndGoneAfterClose() throws InterruptedException {
        Set<Thread> used = new ConcurrentSkipListSet<>((a, b) -> Long.compare(a.getId(), b.getId()));
        BulkNoise source = BulkNoise.open(2);
        source.overRanges(2 * BulkNoise.SHORT, (bits, from, to) -> used.add(Thread.currentThread()));
        assertThat(used).isNotEmpty().allSatisfy(thread -> {
            assertThat(thread.getName()).isEqualTo("aidc-privacy-noise");
            assertThat(thread.isDaemon()).isTrue();
        });
        source.close();
        for (Thread thread : used) {
            thread.join();
        }
    }

    @Test
    void overRanges_twoThreads_takeTurns() {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (BulkNoise source = BulkNoise.open(1)) {
            Runnable call = () -> {
                for (int i = 0; i < 10_000; i++) {
                    source.overRanges(1, (bits, from, to) -> {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        inside.decrementAndGet();
                    });
                }
            };
            CompletableFuture.allOf(CompletableFuture.runAsync(call), CompletableFuture.runAsync(call))
                    .join();
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void addTo_interrupted_finishesAndKeepsTheFlag() {
        long[] steps = new long[LENGTH];
        try (BulkNoise source = BulkNoise.open(2)) {
            Thread.currentThread().interrupt();
            source.addTo(steps, NOISE);
        }
        assertThat(Thread.interrupted()).isTrue();
        // a zero has probability 1/2507: 80 is their expected number, 400 more than thirty errors
        assertThat(Arrays.stream(steps).filter(step -> step == 0).count()).isLessThan(400);
    }

    @Test
    void addTo_taskFails_isReported() {
        try (BulkNoise source = BulkNoise.open(2)) {
            assertThatThrownBy(() -> source.overRanges(LENGTH, (bits, from, to) -> {
                        throw new ArithmeticException("overflow");
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("drawing noise failed")
                    .hasCauseInstanceOf(ArithmeticException.class);
        }
    }

    @Test
    void addTo_afterClose_isRefused() {
        BulkNoise source = BulkNoise.open(2);
        source.close();
        source.close();
        assertThatThrownBy(() -> source.addTo(new long[1], NOISE)).hasMessage("this noise source is closed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1025})
    void open_badThreads_isNamed(int threads) {
        assertThatThrownBy(() -> BulkNoise.open(threads)).hasMessage("threads must be in 1 to 1024, got " + threads);
    }
}
