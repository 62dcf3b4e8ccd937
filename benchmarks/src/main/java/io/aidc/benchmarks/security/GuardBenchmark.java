package io.aidc.benchmarks.security;

import io.aidc.security.guard.Admission;
import io.aidc.security.guard.Baseline;
import io.aidc.security.guard.ExtractionPolicy;
import io.aidc.security.guard.RequestGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the guard cost a request?
 *
 * <p>Varies: what is scored, how many principals take turns, and with {@code -t} the number of threads; with one principal they
 * share one lock. All requests are admitted, and there is room for all principals. {@code LIMITS} is a rate and a quota;
 * {@code VOLUME} adds the count of a window; {@code DIGESTS} the distinct ones of 32-byte digests; {@code VECTORS} all scores of
 * vectors of 30 features.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar security.GuardBenchmark}, then the same with {@code -t 2}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuardBenchmark {
    private static final int FEATURES = 30;
    private static final int QUERIES = 4_096;
    private static final long PLENTY = 1_000_000_000_000L;

    /** What is scored. */
    public enum Scored {
        /** Nothing. */
        LIMITS,
        /** Queries. */
        VOLUME,
        /** Queries by their digests. */
        DIGESTS,
        /** Queries by their features. */
        VECTORS
    }

    @Param
    Scored scored;

    @Param({"1", "1000"})
    int principals;

    private final List<float[]> vectors = vectors();
    private final byte[][] digests = new byte[QUERIES][32];
    private final String[] names = new String[1_000];
    private RequestGuard guard;

    /** Where a thread is in its round. */
    @State(Scope.Thread)
    public static class Turn {
        private int next;

        int next() {
            return next++ & Integer.MAX_VALUE;
        }
    }

    @Setup
    public void prepare() {
        Random random = new Random(2);
        for (byte[] digest : digests) {
            random.nextBytes(digest);
        }
        for (int i = 0; i < names.length; i++) {
            names[i] = "principal-" + i;
        }
        RequestGuard.Builder builder = RequestGuard.builder()
                .rate(1_000_000_000, Duration.ofSeconds(1))
                .quota(PLENTY, Duration.ofDays(1));
        ExtractionPolicy volume = ExtractionPolicy.per(Duration.ofDays(1)).volume(PLENTY);
        guard = switch (scored) {
            case LIMITS -> builder.build();
            case VOLUME -> builder.extraction(volume).build();
            case DIGESTS -> builder.extraction(volume.distinct(1)).build();
            case VECTORS ->
                builder.extraction(volume.distinct(1).baseline(Baseline.of(vectors)))
                        .build();
        };
        if (!(admit(0) instanceof Admission.Admitted)) {
            throw new AssertionError("the first request was refused");
        }
    }

    @Benchmark
    public Admission admit(Turn turn) {
        return admit(turn.next());
    }

    private Admission admit(int turn) {
        String principal = names[turn % principals];
        return switch (scored) {
            case LIMITS, VOLUME -> guard.admit(principal);
            case DIGESTS -> guard.admit(principal, digests[turn % QUERIES]);
            case VECTORS -> guard.admit(principal, vectors.get(turn % QUERIES));
        };
    }

    private static List<float[]> vectors() {
        Random random = new Random(1);
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            float[] vector = new float[FEATURES];
            for (int j = 0; j < FEATURES; j++) {
                vector[j] = (float) random.nextGaussian();
            }
            vectors.add(vector);
        }
        return vectors;
    }
}
