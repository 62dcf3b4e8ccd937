package io.aidc.benchmarks.privacy;

import io.aidc.privacy.noise.DiscreteGaussian;
import io.aidc.privacy.noise.DiscreteLaplace;
import io.aidc.privacy.noise.RandomBits;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
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
 * What does exactness cost, per draw of noise?
 *
 * <p>Varies: the scale, from counts (1) to fine lattices (2^40). The peers draw floating-point noise from
 * {@link SecureRandom}: {@code nextGaussian}, and Laplace by inversion. They are <em>not</em> private, since the low bits of
 * their outputs give the input away; they are here only for the price.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar ExactNoiseBenchmark}
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ExactNoiseBenchmark {
    private static final int CHECKED = 200_000;

    /** The standard deviation of the Gaussian, and the scale of Laplace. */
    @Param({"1", "8", "1000.5", "1099511627776"})
    public double scale;

    private RandomBits bits;
    private SecureRandom random;
    private DiscreteLaplace laplace;
    private DiscreteGaussian gaussian;

    /** Opens the sources and checks that all four have the spread that is asked for. */
    @Setup(Level.Trial)
    public void open() {
        bits = RandomBits.open();
        random = new SecureRandom();
        laplace = DiscreteLaplace.ofScale(scale);
        gaussian = DiscreteGaussian.ofStandardDeviation(scale);
        // the discrete distributions have a little less variance at scale 1; 10 % is more than 14 standard errors
        requireVariance(this::exactGaussian, scale * scale);
        requireVariance(this::floatingGaussian, scale * scale);
        double ratio = Math.exp(-1 / scale);
        requireVariance(this::exactLaplace, scale > 1e6 ? 2 * scale * scale : 2 * ratio / ((1 - ratio) * (1 - ratio)));
        requireVariance(this::floatingLaplace, 2 * scale * scale);
    }

    /** Wipes the stream. */
    @TearDown(Level.Trial)
    public void close() {
        bits.close();
    }

    /** Ours: exact discrete Laplace. */
    @Benchmark
    public long exactLaplace() {
        return laplace.sample(bits);
    }

    /** Ours: exact discrete Gaussian. */
    @Benchmark
    public long exactGaussian() {
        return gaussian.sample(bits);
    }

    /** Not private: Laplace by inversion of a floating-point uniform. */
    @Benchmark
    public double floatingLaplace() {
        double uniform = random.nextDouble() - 0.5;
        return -scale * Math.signum(uniform) * Math.log1p(-2 * Math.abs(uniform));
    }

    /** Not private: a floating-point Gaussian. */
    @Benchmark
    public double floatingGaussian() {
        return scale * random.nextGaussian();
    }

    private static void requireVariance(DoubleSupplier draw, double variance) {
        double squares = 0;
        for (int i = 0; i < CHECKED; i++) {
            double value = draw.getAsDouble();
            squares += value * value;
        }
        double ratio = squares / CHECKED / variance;
        if (!(Math.abs(ratio - 1) < 0.1)) {
            throw new IllegalStateException("variance is off by a factor of " + ratio);
        }
    }
}
