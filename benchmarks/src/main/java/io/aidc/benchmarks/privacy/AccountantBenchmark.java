package io.aidc.benchmarks.privacy;

import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.accounting.EpsilonInterval;
import io.aidc.privacy.accounting.PldAccountant;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.RdpAccountant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does an answer cost, from one training step to a million?
 *
 * <p>Varies: the number of steps, at sampling rate 0.01 and noise multiplier 1.5. {@code losses} is the whole interval on
 * a grid of 1e-4, {@code renyi} all of some 150 orders. The peer is the textbook way: privacy buckets with upper ends, a
 * hundred times coarser, doubled by direct convolution; it is pessimistic, and much looser.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar AccountantBenchmark -jvmArgs -Xmx512m}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class AccountantBenchmark {
    private static final double RATE = 0.01;
    private static final double SIGMA = 1.5;
    private static final double DELTA = 1e-6;
    private static final double BUCKET = 1e-2;

    /** How many steps; a power of two or nearly, for the peer doubles. */
    @Param({"1", "1024", "1048576"})
    public int steps;

    private PrivacyEvent run;

    /** Checks that the accountants agree in the order that theory says, and one of them with a closed formula. */
    @Setup(Level.Trial)
    public void check() {
        run = new PoissonSubsampledGaussian(RATE, SIGMA).times(steps);
        EpsilonInterval interval = losses();
        double gaussian = PldAccountant.of(new PoissonSubsampledGaussian(1 - 1e-12, 100).times(100))
                .epsilon(DELTA)
                .pessimistic();
        boolean right = interval.optimistic() <= interval.pessimistic()
                && interval.pessimistic() <= renyi()
                && (steps > 1024 || interval.pessimistic() <= buckets())
                && Math.abs(gaussian - AnalyticGaussian.epsilon(10, 1, DELTA)) < 1e-3;
        if (!right) {
            throw new IllegalStateException("accountants disagree: " + interval);
        }
    }

    /** Ours: both ends of the interval, from the event on. */
    @Benchmark
    public EpsilonInterval losses() {
        return PldAccountant.of(run).epsilon(DELTA);
    }

    /** Ours: Rényi divergences at all orders, and the best of them. */
    @Benchmark
    public double renyi() {
        return RdpAccountant.of(run).epsilon(DELTA).epsilon();
    }

    /** Not ours: buckets of losses, each rounded up, squared again and again by direct convolution. */
    @Benchmark
    public double buckets() {
        double[] masses = new double[2049];
        double step = 1e-3;
        for (double x = -12 * SIGMA; x < 12 * SIGMA + 1; x += step) {
            double rest = Math.exp(-x * x / 2 / SIGMA / SIGMA);
            double moved = Math.exp(-(x - 1) * (x - 1) / 2 / SIGMA / SIGMA);
            double mixed = (1 - RATE) * rest + RATE * moved;
            int bucket = (int) Math.ceil(Math.log(mixed / rest) / BUCKET);
            masses[1024 + Math.min(1024, Math.max(-1024, bucket))] += mixed * step / SIGMA / Math.sqrt(2 * Math.PI);
        }
        for (int done = 1; done < steps; done *= 2) {
            masses = squared(masses);
        }
        double infinite = masses[2048];
        for (int epsilon = 0; epsilon < 1024; epsilon++) {
            double delta = infinite;
            for (int bucket = epsilon + 1; bucket < 1024; bucket++) {
                delta -= Math.expm1((epsilon - bucket) * BUCKET) * masses[1024 + bucket];
            }
            if (delta <= DELTA) {
                return epsilon * BUCKET;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** Losses beyond the last bucket stay there. */
    private static double[] squared(double[] masses) {
        double[] square = new double[masses.length];
        for (int i = 0; i < masses.length; i++) {
            for (int j = 0; j < masses.length; j++) {
                square[Math.min(2048, Math.max(0, i + j - 1024))] += masses[i] * masses[j];
            }
        }
        return square;
    }
}
