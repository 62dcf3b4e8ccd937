package io.aidc.security.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.security.guard.Alert.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the scores see and what they do not, at the default thresholds, with 600 queries a principal. Everything is seeded. The
 * real data sets are read where they are, and left out with one loud line where they are not.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExtractionScoresTest {
    private static final int QUERIES = 600;
    private static final int SEEDS = 8;
    private static final ExtractionPolicy POLICY =
            ExtractionPolicy.per(Duration.ofHours(1)).boundary(0.1, 0.2);

    private final List<Scene> scenes = new ArrayList<>();

    /** A named kind of traffic, with what watches it. */
    record Scene(String name, Traffic traffic, Baseline baseline) {
        Set<Kind> alerts(List<float[]> queries) {
            QueryWindow window = new QueryWindow(POLICY.baseline(baseline), 0, 77);
            Set<Kind> kinds = EnumSet.noneOf(Kind.class);
            for (float[] query : queries) {
                window.addQuery(query);
                window.addAnswer(traffic.margin(query));
                window.judge("a").forEach(alert -> kinds.add(alert.kind()));
            }
            return kinds;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    Stream<Scene> scenes() throws IOException {
        if (scenes.isEmpty()) {
            scenes.addAll(makeScenes());
        }
        return scenes.stream();
    }

    private static List<Scene> makeScenes() throws IOException {
        List<Scene> scenes = new ArrayList<>();
        scenes.add(scene("clusters", Traffic.ofClusters(1)));
        Path data = Path.of(System.getProperty("aidc.root", ".."))
                .resolve(System.getProperty("aidc.testdata", "../shared/testdata"))
                .resolveSibling("data");
        if (Files.isDirectory(data)) {
            scenes.add(scene("tumours", Traffic.ofCsv(data.resolve("wdbc.csv"), "malignant", 1)));
            scenes.add(scene("digits", Traffic.ofCsv(data.resolve("optdigits.csv"), "1", 1)));
        } else {
            System.err.println("EXTRACTION TESTS SKIPPED: no data sets in " + data + " (set -Daidc.testdata)");
        }
        return scenes;
    }

    private static Scene scene(String name, Traffic traffic) {
        return new Scene(name, traffic, Baseline.of(traffic.known(), 1));
    }

    /** Principals that draw from fresh vectors, with repetition and without. How likely an alert is, ExtractionPolicy says; seeds are fixed here. */
    @ParameterizedTest
    @MethodSource("scenes")
    void benign_raisesNothing(Scene scene) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(scene.alerts(scene.traffic().benign(QUERIES, seed))).isEmpty();
            assertThat(scene.alerts(scene.traffic().benignOnce(QUERIES, seed))).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void uniform_isSeenByDistanceAndCoverage(Scene scene) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(scene.alerts(scene.traffic().uniform(QUERIES, seed))).contains(Kind.DISTANCE, Kind.COVERAGE);
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void jacobianAugmentation_isSeenByDistanceAndNormality(Scene scene) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(scene.alerts(scene.traffic().jacobian(QUERIES, 50, 0.1, seed)))
                    .contains(Kind.DISTANCE, Kind.NORMALITY);
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void jacobianAugmentation_ofManySeeds_isSeenByDistance(Scene scene) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(scene.alerts(scene.traffic().jacobian(QUERIES, 250, 0.1, seed)))
                    .contains(Kind.DISTANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("scenes")
    void lineSearch_isSeenByDistance(Scene scene) {
        for (int seed = 0; seed < SEEDS; seed++) {
            assertThat(scene.alerts(scene.traffic().lineSearch(QUERIES, seed))).contains(Kind.DISTANCE);
        }
    }

    /** What it cannot see: a copy made with data like the model's own. */
    @ParameterizedTest
    @MethodSource("scenes")
    void queriesLikeTheBaseline_areNotSeen(Scene scene) {
        assertThat(scene.alerts(scene.traffic().benignOnce(QUERIES, 99))).isEmpty();
    }

    /** What it cannot see: few queries in each window. */
    @ParameterizedTest
    @MethodSource("scenes")
    void fewQueries_areNotSeen(Scene scene) {
        assertThat(scene.alerts(scene.traffic().uniform(127, 1))).isEmpty();
    }

    @Test
    void outOfRange_ofNonFiniteQueries_isSeen() {
        Scene scene = scene("clusters", Traffic.ofClusters(1));
        List<float[]> queries = scene.traffic().benign(QUERIES, 1);
        for (int i = 0; i < QUERIES; i += 4) {
            queries.get(i)[i % 12] = i % 3 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
        }

        assertThat(scene.alerts(queries)).containsExactly(Kind.OUT_OF_RANGE);
    }

    @Test
    void distinct_ofRepeats_isLow() {
        QueryWindow window = new QueryWindow(POLICY.distinct(0.9), 0, 77);
        for (int i = 0; i < 10_000; i++) {
            window.addDigest(("query " + i % 100).getBytes(StandardCharsets.UTF_8));
        }

        assertThat(window.scores().get(Kind.DISTINCT)).isBetween(0.009, 0.011);
    }

    @Test
    void distinct_ofFreshQueries_raisesAnAlertAtThe128th() {
        QueryWindow window = new QueryWindow(POLICY.distinct(0.9), 0, 77);
        int alertedAt = 0;
        for (int i = 1; i <= 200 && alertedAt == 0; i++) {
            window.addDigest(("query " + i).getBytes(StandardCharsets.UTF_8));
            alertedAt = window.judge("a").isEmpty() ? 0 : i;
        }

        assertThat(alertedAt).isEqualTo(128);
    }

    /** Any vector whatever is scored within bounds: time, memory, and the ranges of the scores. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void garbage_isScoredWithinTheRanges(long seed) throws IOException {
        RequestGuard guard = RequestGuard.builder()
                .extraction(POLICY.baseline(scenes().findFirst().orElseThrow().baseline())
                        .volume(100_000)
                        .distinct(1))
                .build();
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            float[] query = new float[12];
            for (int j = 0; j < query.length; j++) {
                query[j] = Float.intBitsToFloat(random.nextInt());
            }
            assertThat(guard.admit("a", query)).isInstanceOf(Admission.Admitted.class);
        }

        guard.report("a")
                .orElseThrow()
                .scores()
                .forEach((kind, score) ->
                        assertThat(score).as(kind.name()).isBetween(0.0, kind == Kind.COVERAGE ? 300.0 : 1.0));
    }
}
