package io.aidc.benchmarks.security;

import io.aidc.security.guard.Alert;
import io.aidc.security.guard.Baseline;
import io.aidc.security.guard.ExtractionPolicy;
import io.aidc.security.guard.RequestGuard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;

/**
 * How often does the guard suspect benign principals, and how often does it see who copies a model, at the default thresholds?
 *
 * <p>On three data sets: tumours ({@code wdbc.csv}), digits ({@code optdigits.csv}) and a mixture of Gaussians. Each is split
 * into halves ten times anew; one half trains a logistic model and the baseline, principals ask about the other. Each of
 * 1,000 benign principals asks 600 times with repetition; 1,000 others ask each vector of their half once, at most 600. Each
 * of 100 attackers asks 600 times: uniform random vectors; Jacobian augmentation of 50 to 248 seeds (Papernot et al. 2017)
 * by steps of 0.1 standard deviations; bisection between two vectors (Lowd and Meek 2005). Traffic is seeded; the baseline
 * draws its own random numbers, so that counts may differ a little.
 *
 * <p>{@code java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.security.ExtractionScores DATA}
 */
public final class ExtractionScores {
    private static final int QUERIES = 600;
    private static final int SPLITS = 10;
    private static final int BENIGN = 100;
    private static final int ATTACKERS = 10;

    private ExtractionScores() {}

    /**
     * Counts.
     *
     * @param args the directory of the two files
     * @throws IOException if one cannot be read
     */
    public static void main(String[] args) throws IOException {
        Path data = Path.of(args[0]);
        measure("tumours", LabelledVectors.ofCsv(data.resolve("wdbc.csv"), "malignant"));
        measure("digits", LabelledVectors.ofCsv(data.resolve("optdigits.csv"), "1"));
        measure("Gaussians", LabelledVectors.ofClusters(1));
    }

    private static void measure(String set, LabelledVectors vectors) {
        System.out.printf(
                "%s, %d by %d%n",
                set, vectors.vectors().size(), vectors.vectors().get(0).length);
        Map<String, Count> counts = new LinkedHashMap<>();
        for (int split = 0; split < SPLITS; split++) {
            ModelTraffic traffic = new ModelTraffic(vectors, split);
            Baseline baseline = Baseline.of(traffic.known());
            count(counts, "benign, with repetition", BENIGN, baseline, seed -> traffic.benign(QUERIES, seed));
            count(counts, "benign, each once", BENIGN, baseline, seed -> traffic.benignOnce(QUERIES, seed));
            count(counts, "uniform", ATTACKERS, baseline, seed -> traffic.uniform(QUERIES, seed));
            int seeds = 50 + 22 * split;
            count(counts, "Jacobian", ATTACKERS, baseline, seed -> traffic.jacobian(QUERIES, seeds, 0.1, seed));
            count(counts, "bisection", ATTACKERS, baseline, seed -> traffic.bisection(QUERIES, seed));
        }
        counts.forEach((what, count) -> System.out.printf(
                "  %-24s %4d of %4d raised an alert %s%n", what, count.suspected, count.principals, count.kinds));
    }

    /** How many principals raised an alert, and which. */
    private static final class Count {
        private final Map<Alert.Kind, Integer> kinds = new EnumMap<>(Alert.Kind.class);
        private int principals;
        private int suspected;
    }

    private static void count(
            Map<String, Count> counts,
            String what,
            int principals,
            Baseline baseline,
            LongFunction<List<float[]>> ask) {
        Count count = counts.computeIfAbsent(what, first -> new Count());
        for (int i = 0; i < principals; i++) {
            Map<Alert.Kind, Alert> alerts = new EnumMap<>(Alert.Kind.class);
            RequestGuard guard = RequestGuard.builder()
                    .extraction(ExtractionPolicy.per(Duration.ofHours(1)).baseline(baseline))
                    .listener(alert -> alerts.put(alert.kind(), alert))
                    .build();
            ask.apply(count.principals).forEach(query -> guard.admit("somebody", query));
            count.principals++;
            count.suspected += alerts.isEmpty() ? 0 : 1;
            alerts.keySet().forEach(kind -> count.kinds.merge(kind, 1, Integer::sum));
        }
    }
}
