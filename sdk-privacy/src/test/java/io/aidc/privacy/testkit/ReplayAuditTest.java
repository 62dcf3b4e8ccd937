package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.privacy.testkit.ReplayFinding.Failed;
import io.aidc.privacy.testkit.ReplayFinding.MovedTooFar;
import io.aidc.privacy.testkit.ReplayFinding.NotFinite;
import io.aidc.privacy.testkit.ReplayFinding.ReleasedTooOften;
import io.aidc.privacy.testkit.ReplayFinding.ReleasesDiffer;
import io.aidc.privacy.testkit.ReplayFinding.ResultDiffers;
import io.aidc.privacy.testkit.ReplayFinding.SensitivityDiffers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplayAuditTest {
    record Visit(int patient, String ward, double minutes) {}

    private static final List<String> WARDS = List.of("east", "west", "north");

    private static List<Visit> visits() {
        List<Visit> visits = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            visits.add(new Visit(i / 2, WARDS.get(i % 2), i));
        }
        return visits;
    }

    private static List<Visit> with(Visit... more) {
        List<Visit> visits = visits();
        visits.addAll(Arrays.asList(more));
        return visits;
    }

    private static double clip(double minutes) {
        return Double.isNaN(minutes) ? 0 : Math.max(0, Math.min(120, minutes));
    }

    /** A pipeline without bugs: at most two visits of a patient, fixed wards, clipped minutes, a noised count. */
    private static Object right(List<Visit> visits, Mechanisms mechanisms) {
        List<Visit> bounded = firstTwoOfEach(visits);
        double[] byWard = WARDS.stream()
                .mapToDouble(ward ->
                        bounded.stream().filter(v -> v.ward().equals(ward)).count())
                .toArray();
        double[] counts = mechanisms.release("by ward", byWard, Sensitivity.l1(2));
        double sum = mechanisms.release(
                "minutes", bounded.stream().mapToDouble(v -> clip(v.minutes())).sum(), Sensitivity.lInfinity(240));
        return List.of(counts[0], sum / Math.max(1, Arrays.stream(counts).sum()));
    }

    private static List<Visit> firstTwoOfEach(List<Visit> visits) {
        Map<Integer, List<Visit>> byPatient =
                visits.stream().collect(Collectors.groupingBy(Visit::patient, TreeMap::new, Collectors.toList()));
        return byPatient.values().stream().flatMap(all -> all.stream().limit(2)).toList();
    }

    private static ReplayAudit<List<Visit>> audit() {
        return ReplayAudit.of(visits())
                .against(with(new Visit(99, "west", 1e9), new Visit(99, "west", 1e9), new Visit(99, "west", 5)))
                .against(with(new Visit(99, "north", Double.NaN)))
                .against(with(new Visit(99, "south", -5)))
                .against(visits().subList(2, 60));
    }

    @Test
    void run_rightPipeline_findsNothingAndShowsTheMoves() {
        ReplayReport report = audit().seed(5).run(ReplayAuditTest::right);
        assertThat(report.passed()).isTrue();
        assertThat(report.releases())
                .containsExactly(
                        new ReplayReport.Released("by ward", 3, Sensitivity.l1(2), 2),
                        new ReplayReport.Released("minutes", 1, Sensitivity.lInfinity(240), 240));
        assertThat(report.summary())
                .isEqualTo("2 releases, 4 neighbours, seed 5: no finding. Other neighbours may tell more; this is no"
                        + " proof.");
    }

    @Test
    void run_nanReachesTheSum_isFound() {
        ReplayReport report = audit().run((visits, m) -> m.release(
                "minutes",
                firstTwoOfEach(visits).stream()
                        .mapToDouble(v -> Math.max(0, Math.min(120, v.minutes())))
                        .sum(),
                Sensitivity.l2(240)));
        assertThat(report.findings()).containsExactly(new NotFinite(2, "minutes", 0));
    }

    @Test
    void run_domainFromTheData_isFound() {
        ReplayReport report = audit().run((visits, m) -> {
            Map<String, Long> counts = firstTwoOfEach(visits).stream()
                    .collect(Collectors.groupingBy(Visit::ward, TreeMap::new, Collectors.counting()));
            return m.release(
                    "by ward",
                    counts.values().stream().mapToDouble(Long::doubleValue).toArray(),
                    Sensitivity.l1(2));
        });
        assertThat(report.findings())
                .containsExactly(
                        new ReleasesDiffer(2, 0, "by ward[2]", "by ward[3]"),
                        new ReleasesDiffer(3, 0, "by ward[2]", "by ward[3]"));
    }

    @Test
    void run_keysAsNames_areFoundWhenOneIsNewOrGone() {
        ReplayAudit.Pipeline<List<Visit>> pipeline = (visits, m) -> {
            firstTwoOfEach(visits).stream()
                    .collect(Collectors.groupingBy(Visit::ward, TreeMap::new, Collectors.counting()))
                    .forEach((ward, count) -> m.release(ward, count, Sensitivity.l1(2)));
            return null;
        };
        assertThat(audit().run(pipeline).findings())
                .containsExactly(
                        new ReleasesDiffer(2, 1, "west[1]", "north[1]"),
                        new ReleasesDiffer(3, 1, "west[1]", "south[1]"));
        assertThat(ReplayAudit.of(with(new Visit(99, "zoo", 1)))
                        .against(visits())
                        .run(pipeline)
                        .findings())
                .containsExactly(new ReleasesDiffer(1, 2, "zoo[1]", "nothing"));
    }

    @Test
    void run_oneChargeUsedTwice_isFound() {
        ReplayAudit.Pipeline<List<Visit>> pipeline = (visits, m) -> {
            double count = Math.min(60, visits.size());
            m.release("count", count, Sensitivity.l1(3));
            return m.release("count", count, Sensitivity.l1(3));
        };
        ReplayAudit<List<Visit>> audit = ReplayAudit.of(visits()).against(visits());
        assertThat(audit.run(pipeline).findings()).containsExactly(new ReleasedTooOften(0, "count", 2, 1));
        assertThat(audit.allowing("count", 2).run(pipeline).passed()).isTrue();
    }

    @Test
    void run_zeroSensitivityWhenOneGroupHoldsAll_isFound() {
        // "a share of 1 cannot change": it can, when somebody joins another group
        List<Visit> east =
                visits().stream().filter(v -> v.ward().equals("east")).toList();
        List<Visit> neighbour = new ArrayList<>(east);
        neighbour.add(new Visit(99, "west", 1));
        ReplayReport report = ReplayAudit.of(east).against(neighbour).run((visits, m) -> {
            double[] counts = WARDS.stream()
                    .mapToDouble(ward ->
                            visits.stream().filter(v -> v.ward().equals(ward)).count())
                    .toArray();
            double most = Arrays.stream(counts).max().orElse(0);
            return m.release("by ward", counts, Sensitivity.l1(most == visits.size() ? 0 : 1));
        });
        assertThat(report.findings())
                .containsExactly(
                        new SensitivityDiffers(1, "by ward", Sensitivity.l1(0), Sensitivity.l1(1)),
                        new MovedTooFar(1, "by ward", Sensitivity.l1(0), 1));
    }

    @Test
    void run_rawInsteadOfClipped_isFound() {
        ReplayReport report = audit().run((visits, m) -> {
            double sum = 0;
            for (Visit v : firstTwoOfEach(visits)) {
                double clipped = clip(v.minutes());
                sum += clipped == 0 ? 0 : v.minutes(); // clipped, and then not used
            }
            return m.release("minutes", sum, Sensitivity.l2(240));
        });
        assertThat(report.findings()).containsExactly(new MovedTooFar(1, "minutes", Sensitivity.l2(240), 2e9));
    }

    @Test
    void run_oneClipForgotten_isFound() {
        ReplayReport report = audit().run((visits, m) -> {
            List<Visit> bounded = firstTwoOfEach(visits);
            double sum = 0;
            for (int i = 0; i < bounded.size(); i++) {
                // the last one is taken as it is
                double minutes = bounded.get(i).minutes();
                sum += i == bounded.size() - 1 && minutes > 0 ? minutes : clip(minutes);
            }
            return m.release("minutes", sum, Sensitivity.l2(240));
        });
        assertThat(report.findings())
                .singleElement()
                .isInstanceOfSatisfying(
                        MovedTooFar.class, found -> assertThat(found.run()).isEqualTo(1));
    }

    @Test
    void run_rowsOfAUnitNotBounded_areFound() {
        ReplayReport report = audit().run((visits, m) -> m.release(
                "minutes", visits.stream().mapToDouble(v -> clip(v.minutes())).sum(), Sensitivity.l2(240)));
        // the third visit of the first neighbour
        assertThat(report.findings()).containsExactly(new MovedTooFar(1, "minutes", Sensitivity.l2(240), 245));
    }

    @Test
    void run_privateRowCountAsPublic_isFoundInTheResult() {
        ReplayReport report = audit().run((visits, m) -> {
            double sum = m.release(
                    "minutes",
                    firstTwoOfEach(visits).stream()
                            .mapToDouble(v -> clip(v.minutes()))
                            .sum(),
                    Sensitivity.l2(240));
            return sum / visits.size();
        });
        assertThat(report.findings())
                .containsExactly(
                        new ResultDiffers(1), new ResultDiffers(2), new ResultDiffers(3), new ResultDiffers(4));
    }

    @Test
    void run_privateRowCountAsPublic_isFoundInTheSensitivity() {
        ReplayReport report = audit().run((visits, m) -> m.release(
                "mean",
                firstTwoOfEach(visits).stream()
                        .mapToDouble(v -> clip(v.minutes()))
                        .average()
                        .orElse(0),
                Sensitivity.l2(240.0 / visits.size())));
        assertThat(report.findings())
                .contains(new SensitivityDiffers(4, "mean", Sensitivity.l2(4), Sensitivity.l2(240.0 / 58)));
    }

    @Test
    void run_arrayResults_areComparedByContent() {
        assertThat(audit().run((visits, m) -> new double[] {1, Double.NaN}).passed())
                .isTrue();
        assertThat(audit().run((visits, m) -> new double[] {visits.size()}).findings())
                .hasSize(4);
    }

    @Test
    void run_failureOnANeighbourOnly_isFoundWithoutItsMessage() {
        ReplayReport report = audit().run((visits, m) -> {
            if (visits.stream().anyMatch(v -> v.minutes() < 0)) {
                throw new IllegalStateException("patient 99 has negative minutes");
            }
            return null;
        });
        assertThat(report.findings()).containsExactly(new Failed(3, "java.lang.IllegalStateException"));
        assertThat(report.summary())
                .contains("seed " + report.seed() + ", findings: 1\n- Failed[run=3")
                .doesNotContain("patient");
    }

    @Test
    void run_failureOnTheData_isPassedOn() {
        RuntimeException broken = new IllegalStateException("no wards");
        assertThatThrownBy(() -> audit().run((visits, m) -> {
                    throw broken;
                }))
                .isSameAs(broken);
    }

    @Test
    void run_pipelineThatSwallowsTheEnd_isStillLost() {
        ReplayReport report = audit().run((visits, m) -> {
            for (int i = 0; i < 3; i++) {
                try {
                    m.release("size " + visits.size(), 0, Sensitivity.l1(0));
                } catch (RuntimeException e) {
                    assertThat(e).hasMessage("the releases differ from the recorded ones");
                }
            }
            return visits.size();
        });
        assertThat(report.findings())
                .containsExactly(
                        new ReleasedTooOften(0, "size 60", 3, 1),
                        new ReleasesDiffer(1, 0, "size 60[1]", "size 63[1]"),
                        new ReleasesDiffer(2, 0, "size 60[1]", "size 61[1]"),
                        new ReleasesDiffer(3, 0, "size 60[1]", "size 61[1]"),
                        new ReleasesDiffer(4, 0, "size 60[1]", "size 58[1]"));
    }

    @Test
    void run_moreReleasesOnTheNeighbour_areFound() {
        ReplayReport report = ReplayAudit.of(visits())
                .against(with(new Visit(99, "east", 1)))
                .run((visits, m) -> {
                    for (int i = 0; i < visits.size() - 59; i++) {
                        m.release("step " + i, 0, Sensitivity.l1(0));
                    }
                    return null;
                });
        assertThat(report.findings()).containsExactly(new ReleasesDiffer(1, 1, "nothing", "step 1[1]"));
    }

    @Test
    void run_answersAndChoices_repeatOnNeighbours() {
        List<List<Double>> seen = new ArrayList<>();
        ReplayReport report = audit().seed(3).run((visits, m) -> {
            seen.add(List.of(
                    m.random().nextDouble(),
                    m.release("a", 5, Sensitivity.l1(1)),
                    m.random().nextDouble()));
            return null;
        });
        assertThat(report.passed()).isTrue();
        assertThat(seen).hasSize(5).allMatch(seen.get(0)::equals);
        assertThat(seen.get(0).get(1)).isNotEqualTo(5.0);
        assertThat(seen.get(0).get(0)).isNotEqualTo(seen.get(0).get(2));
        ReplayReport again = ReplayAudit.of(1).against(1).seed(3).run((data, m) -> {
            seen.add(List.of(m.random().nextDouble()));
            return null;
        });
        assertThat(again.seed()).isEqualTo(3);
        assertThat(seen.get(5).get(0)).isEqualTo(seen.get(0).get(0));
    }

    @Test
    void run_withoutSeed_differsEachTime() {
        ReplayAudit<Integer> audit = ReplayAudit.of(1).against(1);
        assertThat(audit.run((data, m) -> null).seed())
                .isNotEqualTo(audit.run((data, m) -> null).seed());
    }

    @Test
    void answering_productionMechanisms_areAskedOnTheDataOnly() {
        List<String> asked = new ArrayList<>();
        ReplayReport report = ReplayAudit.of(1.0)
                .against(2.0)
                .answering((name, values, sensitivity) -> {
                    asked.add(name);
                    values[0] = 42;
                    return values;
                })
                .run((data, m) -> m.release("a", data, Sensitivity.l1(1)));
        assertThat(report.passed()).isTrue();
        assertThat(asked).containsExactly("a");
        assertThat(report.releases().get(0).largestMove()).isEqualTo(1);
    }

    @Test
    void answering_nonFiniteInput_isNotPassedOn() {
        ReplayReport report = ReplayAudit.of(Double.POSITIVE_INFINITY)
                .against(2.0)
                .answering((name, values, sensitivity) -> {
                    throw new AssertionError("asked with " + values[0]);
                })
                .run((data, m) -> {
                    m.release("a", data, Sensitivity.l1(1));
                    return null;
                });
        assertThat(report.findings()).containsExactly(new NotFinite(0, "a", 0));
    }

    @Test
    void release_arrays_areCopied() {
        ReplayReport report = ReplayAudit.of(1.0).against(1.5).run((data, m) -> {
            double[] values = {data};
            double[] answer = m.release("a", values, Sensitivity.l1(1));
            double first = answer[0];
            values[0] = 1e6;
            answer[0] = 1e6;
            return first;
        });
        assertThat(report.passed()).isTrue();
        assertThat(report.releases().get(0).largestMove()).isEqualTo(0.5);
    }

    @Test
    void run_eachNorm_isItsOwnDistance() {
        double[] zero = {0, 0, 0};
        double[] moved = {3, -4, 0};
        for (Sensitivity enough : List.of(Sensitivity.l1(7), Sensitivity.l2(5), Sensitivity.lInfinity(4))) {
            ReplayAudit.Pipeline<double[]> exact = (data, m) -> m.release("a", data, enough);
            assertThat(ReplayAudit.of(zero).against(moved).run(exact).passed()).isTrue();
            Sensitivity tooSmall = new Sensitivity(enough.norm(), enough.bound() * 0.999);
            ReplayAudit.Pipeline<double[]> less = (data, m) -> m.release("a", data, tooSmall);
            assertThat(ReplayAudit.of(zero).against(moved).run(less).findings())
                    .containsExactly(new MovedTooFar(1, "a", tooSmall, enough.bound()));
        }
    }

    @Test
    void tolerance_rounding_isForgivenUnlessZero() {
        ReplayAudit.Pipeline<double[]> sum =
                (data, m) -> m.release("sum", Arrays.stream(data).reduce(0, Double::sum), Sensitivity.l1(0.1));
        double[] data = {0.1, 0.1};
        double[] neighbour = {0.1, 0.1, 0.1};
        assertThat(ReplayAudit.of(data).against(neighbour).run(sum).passed()).isTrue();
        assertThat(ReplayAudit.of(data).against(neighbour).tolerance(0).run(sum).findings())
                .hasSize(1);
    }

    @Test
    void mechanisms_inProduction_areALambda() {
        Mechanisms production = (name, values, sensitivity) -> new double[] {values[0] + 1};
        assertThat(production.release("a", 4, Sensitivity.l1(1))).isEqualTo(5);
        assertThatCode(() -> production.random().nextInt()).doesNotThrowAnyException();
    }

    @SuppressWarnings("NullAway") // a caller without NullAway
    @Test
    void arguments_outOfRange_areNamed() {
        ReplayAudit<Integer> audit = ReplayAudit.of(1);
        assertThatThrownBy(() -> audit.run((data, m) -> null))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("call against(neighbour) before run: there is nothing to compare with");
        assertThatThrownBy(() -> audit.allowing("a", -1)).hasMessage("times must be >= 0, got -1");
        audit.allowing("a", 2).tolerance(0.5).seed(4).answering((name, values, sensitivity) -> values);
        assertThatThrownBy(() -> audit.allowing("a", 3)).hasMessage("allowing a is already set to 2");
        assertThatThrownBy(() -> audit.tolerance(1)).hasMessage("tolerance is already set to 0.5");
        assertThatThrownBy(() -> ReplayAudit.of(1).tolerance(Double.NaN))
                .hasMessage("tolerance must be >= 0 and finite, got NaN");
        assertThatThrownBy(() -> audit.seed(4)).hasMessage("seed is already set to 4");
        assertThatThrownBy(() -> audit.answering((name, values, sensitivity) -> values))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("answering is already set");
        assertThatThrownBy(() -> Sensitivity.l1(-1)).hasMessage("sensitivity must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> new Sensitivity(null, 1)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> ReplayAudit.of(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> audit.against(null)).isInstanceOf(NullPointerException.class);
    }

    /** Each patient takes part in a step with a coin of its own; {@code bound} is by how much one may move a sum. */
    private static ReplayAudit.Pipeline<List<Integer>> sampled(double bound) {
        return (patients, mechanisms) -> {
            for (int step = 0; step < 3; step++) {
                int drawn = 0;
                for (int patient : patients) {
                    drawn += mechanisms.random(step + " " + patient).nextDouble() < 0.3 ? 1 : 0;
                }
                mechanisms.release("step " + step, 2.0 * drawn, Sensitivity.l1(bound));
            }
            return "done";
        };
    }

    @Test
    void run_poissonSampling_isAccusedOnlyIfItsSensitivityIsWrong() {
        List<Integer> patients = List.of(1, 2, 3, 4, 5, 6);
        List<Integer> more = List.of(0, 1, 2, 3, 4, 5, 6);
        boolean accused = false;
        for (long seed = 0; seed < 20; seed++) {
            assertThat(ReplayAudit.of(patients)
                            .against(more)
                            .seed(seed)
                            .run(sampled(2))
                            .findings())
                    .isEmpty();
            accused |= !ReplayAudit.of(patients)
                    .against(more)
                    .seed(seed)
                    .run(sampled(1))
                    .findings()
                    .isEmpty();
        }
        // the chance that 60 coins of 0.3 all fail is 5e-10, and the seeds are fixed
        assertThat(accused).isTrue();
    }

    static List<Throwable> thrown() {
        return List.of(
                new AssertionError("row 2: secret"),
                new Error("row 2: secret"),
                new ExceptionInInitializerError("row 2: secret"),
                new IOException("row 2: secret"),
                new StackOverflowError("row 2: secret"));
    }

    @ParameterizedTest
    @MethodSource("thrown")
    void run_anythingThrownOnTheNeighbour_isAFindingWithoutItsMessage(Throwable thrown) {
        var report = ReplayAudit.of(List.of(1)).against(List.of(1, 2)).run(throwingOnTwoRows(thrown));
        assertThat(report.findings())
                .containsExactly(new Failed(1, thrown.getClass().getName()));
        assertThat(report.toString()).doesNotContain("secret");
    }

    @Test
    void run_noMemoryOnTheNeighbour_isPassedOn() {
        OutOfMemoryError none = new OutOfMemoryError();
        ReplayAudit<List<Integer>> audit = ReplayAudit.of(List.of(1)).against(List.of(1, 2));
        assertThatThrownBy(() -> audit.run(throwingOnTwoRows(none))).isSameAs(none);
    }

    private static ReplayAudit.Pipeline<List<Integer>> throwingOnTwoRows(Throwable thrown) {
        return (rows, mechanisms) -> {
            if (rows.size() == 2) {
                ReplayAuditTest.<RuntimeException>rethrow(thrown);
            }
            return "done";
        };
    }

    /** Throws checked exceptions undeclared, as other languages do. */
    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
