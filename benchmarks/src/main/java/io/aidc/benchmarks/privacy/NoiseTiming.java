package io.aidc.benchmarks.privacy;

import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;
import io.aidc.privacy.noise.NoisePool;
import io.aidc.privacy.noise.RandomBits;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How well does the time of one draw tell its size, without and with a pool of noise?
 *
 * <p>Prints, for each sampler, the median time of a draw and the chance that, of a draw among the tenth of largest
 * magnitude and one among the smaller half, the larger took longer (AUC; 0.5 is a coin). A pause of two microseconds
 * between draws stands for the query around them. Draws of both kinds take turns in blocks.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.privacy.NoiseTiming}
 */
public final class NoiseTiming {
    private static final int DRAWS = 400_000;
    private static final int BLOCK = 20_000;
    private static final int WARM_UP_BLOCKS = 10;
    private static final long PAUSE_NANOS = 2_000;

    private NoiseTiming() {}

    /**
     * Runs the measurement, for some seconds.
     *
     * @param args none
     */
    public static void main(String[] args) {
        DiscreteLaplace laplace = DiscreteLaplace.ofScale(0x1p40);
        DiscreteGaussian gaussian = DiscreteGaussian.ofStandardDeviation(0x1p40);
        try (NoisePool pool = NoisePool.open();
                RandomBits pooled = pool.bits();
                RandomBits direct = RandomBits.open()) {
            compare("discrete Laplace", () -> laplace.sample(direct), () -> laplace.sample(pooled));
            compare("discrete Gaussian", () -> gaussian.sample(direct), () -> gaussian.sample(pooled));
        }
    }

    private static void compare(String name, LongSupplier direct, LongSupplier pooled) {
        var drawnAtOnce = new Timings();
        var drawnAhead = new Timings();
        for (int block = -WARM_UP_BLOCKS; block < DRAWS / BLOCK; block++) {
            drawnAtOnce.measure(direct, block);
            drawnAhead.measure(pooled, block);
        }
        drawnAtOnce.print(name + ", drawn at once");
        drawnAhead.print(name + ", from a pool");
    }

    private static final class Timings {
        private final double[] magnitudes = new double[DRAWS];
        private final long[] nanos = new long[DRAWS];

        /** Blocks below 0 are for warming up and are written over. */
        void measure(LongSupplier draw, int block) {
            int from = Math.max(0, block) * BLOCK;
            for (int i = from; i < from + BLOCK; i++) {
                long start = System.nanoTime();
                long value = draw.getAsLong();
                long end = System.nanoTime();
                magnitudes[i] = Math.abs((double) value);
                nanos[i] = end - start;
                while (System.nanoTime() - end < PAUSE_NANOS) {
                    Thread.onSpinWait();
                }
            }
        }

        void print(String name) {
            double[] ordered = magnitudes.clone();
            Arrays.sort(ordered);
            long[] large = timesWithin(ordered[DRAWS * 9 / 10], Double.POSITIVE_INFINITY);
            long[] small = timesWithin(0, ordered[DRAWS / 2]);
            long[] all = nanos.clone();
            Arrays.sort(all);
            System.out.printf(Locale.ROOT, "%-34s median %5d ns   AUC %.4f%n", name, all[DRAWS / 2], auc(large, small));
        }

        private long[] timesWithin(double low, double high) {
            return IntStream.range(0, DRAWS)
                    .filter(i -> magnitudes[i] >= low && magnitudes[i] <= high)
                    .mapToLong(i -> nanos[i])
                    .sorted()
                    .toArray();
        }

        /** The share of pairs in which the first took longer, ties counting half; both sorted. */
        private static double auc(long[] first, long[] second) {
            double longer = 0;
            int below = 0;
            int upTo = 0;
            for (long time : first) {
                while (below < second.length && second[below] < time) {
                    below++;
                }
                while (upTo < second.length && second[upTo] <= time) {
                    upTo++;
                }
                longer += (below + upTo) / 2.0;
            }
            return longer / first.length / second.length;
        }
    }
}
