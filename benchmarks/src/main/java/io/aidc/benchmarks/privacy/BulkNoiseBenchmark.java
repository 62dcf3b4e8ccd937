package io.aidc.benchmarks.privacy;

import io.aidc.privacy.noise.BulkNoise;
import io.aidc.privacy.noise.DiscreteGaussian;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long does the noise of one training step take, for ten million parameters?
 *
 * <p>Varies: the threads of ours. The peers draw floating-point noise in one thread, from {@link SecureRandom} and from
 * {@link SplittableRandom}. Neither is private: the low bits of their outputs give the input away, and the second can be
 * predicted. They are here only for the price.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar BulkNoiseBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 3)
@Measurement(iterations = 3, time = 3)
@Fork(2)
public class BulkNoiseBenchmark {
    private static final double SIGMA = 0x1p30;

    /** The parameters of the model. */
    @Param("10000000")
    public int length;

    private long[] steps;
    private BulkNoise one;
    private BulkNoise two;
    private DiscreteGaussian noise;
    private SecureRandom secure;
    private SplittableRandom predictable;

    /** Opens the sources and checks that all have the spread that is asked for. */
    @Setup(Level.Trial)
    public void open() {
        steps = new long[length];
        one = BulkNoise.open(1);
        two = BulkNoise.open(2);
        noise = DiscreteGaussian.ofStandardDeviation(SIGMA);
        secure = new SecureRandom();
        predictable = new SplittableRandom();
        requireSpread(oneThread());
        requireSpread(twoThreads());
        requireSpread(secureFloating());
        requireSpread(predictableFloating());
    }

    /** Ends the threads. */
    @TearDown(Level.Trial)
    public void close() {
        one.close();
        two.close();
    }

    /** Ours: exact noise, one thread. */
    @Benchmark
    public long[] oneThread() {
        Arrays.fill(steps, 0);
        one.addTo(steps, noise);
        return steps;
    }

    /** Ours: exact noise, two threads. */
    @Benchmark
    public long[] twoThreads() {
        Arrays.fill(steps, 0);
        two.addTo(steps, noise);
        return steps;
    }

    /** Not private: floating-point noise from a cryptographic source. */
    @Benchmark
    public long[] secureFloating() {
        return fill(() -> (long) (secure.nextGaussian() * SIGMA));
    }

    /** Not private, and can be predicted. */
    @Benchmark
    public long[] predictableFloating() {
        return fill(() -> (long) (predictable.nextGaussian() * SIGMA));
    }

    private long[] fill(LongSupplier draw) {
        for (int i = 0; i < steps.length; i++) {
            steps[i] = draw.getAsLong();
        }
        return steps;
    }

    private static void requireSpread(long[] drawn) {
        double squares = 0;
        for (long value : drawn) {
            squares += (double) value * value;
        }
        double ratio = squares / drawn.length / (SIGMA * SIGMA);
        if (!(Math.abs(ratio - 1) < 0.01)) {
            throw new IllegalStateException("variance is off by a factor of " + ratio);
        }
    }
}
