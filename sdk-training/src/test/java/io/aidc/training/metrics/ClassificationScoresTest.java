package io.aidc.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationScoresTest {
    private static final String[] CASES = {"binaryTies", "binaryRare", "fourClasses", "absentClasses"};

    static List<String> cases() {
        return List.of(CASES);
    }

    private static Map<?, ?> golden(String name) {
        return GoldenScores.map(GoldenScores.map(GoldenScores.all(), "classification"), name);
    }

    private static ClassificationScores scores(Map<?, ?> golden) {
        return ClassificationScores.of(
                GoldenScores.floats(golden, "probabilities"), GoldenScores.ints(golden, "labels"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void byName_isWhatScikitLearnSays(String name) {
        Map<?, ?> golden = golden(name);
        Map<String, Double> scores = scores(golden).byName();
        Map<?, ?> expected = GoldenScores.map(golden, "scores");
        SoftAssertions softly = new SoftAssertions();
        for (var entry : expected.entrySet()) {
            double value = ((Number) Objects.requireNonNull(entry.getValue())).doubleValue();
            softly.assertThat(scores.get(entry.getKey()))
                    .as("%s %s", name, entry.getKey())
                    .isCloseTo(value, within(1e-9 * Math.abs(value)));
        }
        softly.assertThat(expected).hasSize(16);
        softly.assertAll();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void perClass_isWhatScikitLearnSays(String name) {
        Map<?, ?> golden = golden(name);
        ClassificationScores scores = scores(golden);
        double[][] expected = GoldenScores.rows(golden, "perClass");
        double[][] confusion = GoldenScores.rows(golden, "confusion");
        for (int k = 0; k < expected.length; k++) {
            ClassScores one = scores.perClass().get(k);
            assertThat(one.rows()).isEqualTo((long) expected[k][3]);
            if (one.rows() > 0) {
                assertThat(one.precision()).isCloseTo(expected[k][0], within(1e-12));
                assertThat(one.recall()).isCloseTo(expected[k][1], within(1e-12));
                assertThat(one.f1()).isCloseTo(expected[k][2], within(1e-12));
            }
            for (int j = 0; j < expected.length; j++) {
                assertThat(scores.confusion().count(k, j)).isEqualTo((long) confusion[k][j]);
            }
        }
        assertThat(scores.topAccuracy(2))
                .isCloseTo(((Number) Objects.requireNonNull(golden.get("top2"))).doubleValue(), within(1e-12));
    }

    @Test
    void classWithoutRows_hasNoScoresAndDoesNotCount() {
        ClassificationScores scores = ClassificationScores.of(
                new float[][] {{0.8f, 0.1f, 0.1f}, {0.1f, 0.8f, 0.1f}, {0.7f, 0.2f, 0.1f}}, new int[] {0, 1, 0});
        assertThat(scores.perClass().get(2))
                .isEqualTo(new ClassScores(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN));
        assertThat(scores.macro()).isEqualTo(new Averages(1, 1, 1));
        assertThat(scores.rocAuc()).isEqualTo(1);
        assertThat(scores.balancedAccuracy()).isEqualTo(1);
    }

    @Test
    void constantLabels_leaveRankingAndCorrelationUndefined() {
        ClassificationScores scores =
                ClassificationScores.of(new float[][] {{0.8f, 0.2f}, {0.4f, 0.6f}}, new int[] {0, 0});
        assertThat(scores.rocAuc()).isNaN();
        assertThat(scores.averagePrecision()).isNaN();
        assertThat(scores.matthews()).isNaN();
        assertThat(scores.accuracy()).isEqualTo(0.5);
        assertThat(scores.perClass().get(0).averagePrecision()).isEqualTo(1);
    }

    @Test
    void constantDecisions_correlateWithNothing() {
        assertThat(ClassificationScores.of(new float[][] {{1, 0}, {1, 0}}, new int[] {0, 1})
                        .matthews())
                .isZero();
    }

    @Test
    void certainAndWrong_hasAFiniteLogLoss() {
        ClassificationScores scores = ClassificationScores.of(new float[][] {{1, 0}}, new int[] {1});
        assertThat(scores.logLoss()).isCloseTo(23 * Math.log(2), within(1e-12));
        assertThat(scores.brier()).isEqualTo(1);
        assertThat(ClassificationScores.of(new float[][] {{1, 0, 0}}, new int[] {1})
                        .brier())
                .isEqualTo(2);
    }

    @Test
    void equalProbabilities_areDecidedForTheFirst() {
        ClassificationScores scores = ClassificationScores.of(
                new float[][] {{0.25f, 0.25f, 0.25f, 0.25f}, {0.25f, 0.25f, 0.25f, 0.25f}}, new int[] {0, 2});
        assertThat(scores.topAccuracy()).containsExactly(0.5, 0.5, 1.0, 1.0);
        assertThat(scores.rocAuc()).isEqualTo(0.5);
    }

    @Test
    void manyClasses_haveATop5Accuracy() {
        float[] row = {0.3f, 0.2f, 0.2f, 0.1f, 0.1f, 0.1f};
        assertThat(ClassificationScores.of(new float[][] {row, row}, new int[] {5, 4})
                        .byName())
                .containsEntry("top5Accuracy", 0.5);
    }

    @Test
    void badInput_isNamedWithoutItsValues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[0][], new int[0]))
                .withMessage("scores need at least 1 row, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{1}}, new int[1]))
                .withMessage("probabilities must have at least 2 columns, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{1, 0}}, new int[2]))
                .withMessage("labels must be one for each of 1 rows, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{1, 0}}, new int[] {2}))
                .withMessage("label of row 0 must be in [0, 2)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{1, 0}, {1, 0, 0}}, new int[2]))
                .withMessage("probabilities: row 1 has 3 columns, but there are 2 classes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{2.5f, -1.5f}}, new int[1]))
                .withMessage("probabilities: row 0, column 0 must be in [0, 1]; are these logits?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{0.5f, 0.6f}}, new int[1]))
                .withMessage("probabilities: row 0 must sum to 1; are these logits?");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationScores.of(new float[][] {{Float.NaN, 1}}, new int[1]));
    }

    @Test
    void topAccuracy_beyondTheClasses_isRefused() {
        ClassificationScores scores = ClassificationScores.of(new float[][] {{1, 0}}, new int[1]);
        assertThatThrownBy(() -> scores.topAccuracy(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> scores.topAccuracy(3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    static LongStream seeds() {
        return LongStream.range(0, 30);
    }

    /** The definition itself: over all pairs of a positive and a negative row. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void rocAuc_isTheChanceOfTheRightOrder(long seed) {
        var random = new SplittableRandom(seed);
        int rows = 2 + random.nextInt(40);
        float[] scores = new float[rows];
        boolean[] positive = new boolean[rows];
        for (int i = 0; i < rows; i++) {
            scores[i] = (random.nextInt(9) - 4) / 4f;
            positive[i] = random.nextBoolean();
        }
        positive[0] = true;
        positive[1] = false;
        double right = 0;
        double pairs = 0;
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < rows; j++) {
                if (positive[i] && !positive[j]) {
                    pairs++;
                    right += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                }
            }
        }
        RankingCurve roc = RankingCurve.roc(scores, positive);
        assertThat(roc.area()).isCloseTo(right / pairs, within(1e-12));
        assertThat(roc.points().get(0)).isEqualTo(new RankingCurve.Point(Double.POSITIVE_INFINITY, 0, 0));
        assertThat(roc.points().get(roc.points().size() - 1).x()).isEqualTo(1);
        assertThat(roc.points().get(roc.points().size() - 1).y()).isEqualTo(1);
        double trapezoids = 0;
        for (int i = 1; i < roc.points().size(); i++) {
            RankingCurve.Point a = roc.points().get(i - 1);
            RankingCurve.Point b = roc.points().get(i);
            trapezoids += (b.x() - a.x()) * (a.y() + b.y()) / 2;
        }
        assertThat(trapezoids).isCloseTo(roc.area(), within(1e-12));
    }

    @Test
    void precisionRecall_ofAKnownRanking() {
        RankingCurve curve = RankingCurve.precisionRecall(
                new float[] {0.9f, 0.8f, 0.7f, 0.7f, -0f, 0f}, new boolean[] {true, false, true, false, true, false});
        assertThat(curve.points()).extracting(RankingCurve.Point::y).containsExactly(1.0, 0.5, 0.5, 0.5);
        assertThat(curve.area()).isCloseTo((1 + 0.5 + 0.5) / 3, within(1e-15));
        assertThat(RankingCurve.precisionRecall(new float[] {1}, new boolean[1]).area())
                .isNaN();
    }

    @Test
    void rankingCurve_ofBadScores_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RankingCurve.roc(new float[] {Float.NaN}, new boolean[1]))
                .withMessage("score of row 0 must be a number, got NaN");
        assertThatIllegalArgumentException().isThrownBy(() -> RankingCurve.roc(new float[1], new boolean[2]));
        assertThat(RankingCurve.roc(new float[] {1}, new boolean[1]).points()).isEmpty();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void sumsOfWorkers_giveTheScoresOfAllRows(long seed) {
        Map<?, ?> golden = golden("fourClasses");
        float[][] probabilities = GoldenScores.floats(golden, "probabilities");
        int[] labels = GoldenScores.ints(golden, "labels");
        var random = new SplittableRandom(seed);
        List<ClassificationSums> workers =
                List.of(ClassificationSums.of(4), ClassificationSums.of(4), ClassificationSums.of(4));
        for (int i = 0; i < labels.length; i++) {
            workers.get(random.nextInt(3)).add(new float[][] {probabilities[i]}, new int[] {labels[i]});
        }
        double[] added = workers.get(0).numbers();
        for (int i = 0; i < added.length; i++) {
            added[i] += workers.get(1).numbers()[i];
        }
        ClassificationSums all = ClassificationSums.ofNumbers(4, added);
        all.add(workers.get(2));
        assertThat(all.rows()).isEqualTo(labels.length);
        Map<String, Double> expected =
                ClassificationScores.of(probabilities, labels).byName();
        all.scores().byName().forEach((name, value) -> {
            if (name.startsWith("rocAuc") || name.startsWith("averagePrecision")) {
                assertThat(value).as(name).isNaN();
            } else {
                assertThat(value).as(name).isCloseTo(expected.get(name), within(1e-12));
            }
        });
    }

    @Test
    void sums_thatDoNotFit_areRefused() {
        ClassificationSums sums = ClassificationSums.of(2);
        assertThatIllegalArgumentException().isThrownBy(() -> ClassificationSums.of(1));
        assertThatIllegalArgumentException().isThrownBy(() -> sums.add(ClassificationSums.of(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> ClassificationSums.ofNumbers(3, sums.numbers()));
        double[] half = sums.numbers();
        half[2] = 0.5;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassificationSums.ofNumbers(2, half))
                .withMessage("number 2 must be a count, got 0.5");
        half[2] = Double.NaN;
        assertThatIllegalArgumentException().isThrownBy(() -> ClassificationSums.ofNumbers(2, half));
        assertThatIllegalStateException().isThrownBy(sums::scores).withMessage("there are no scores of 0 rows");
    }

    @Test
    void sums_ofABatchWithOneBadRow_stayAsTheyWere() {
        ClassificationSums sums = ClassificationSums.of(2);
        assertThatIllegalArgumentException().isThrownBy(() -> sums.add(new float[][] {{1, 0}, {1, 1}}, new int[2]));
        assertThat(sums.rows()).isZero();
    }

    @Test
    void reliability_countsTheBorderInTheLowerBin() {
        Reliability reliability = Reliability.of(new float[][] {{0.5f, 0.5f}, {0.75f, 0.25f}, {0, 1}}, new int[3], 4);
        assertThat(reliability.bins()).extracting(Reliability.Bin::rows).containsExactly(0L, 1L, 1L, 1L);
        assertThat(reliability.bins().get(0).accuracy()).isNaN();
        assertThat(reliability.bins().get(3)).isEqualTo(new Reliability.Bin(0.75, 1, 1, 1, 0));
        assertThat(reliability.expectedError()).isCloseTo((0.5 + 0.25 + 1) / 3, within(1e-12));
        assertThat(reliability.maximumError()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void reliability_ofNoBins_isRefused(int bins) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Reliability.of(new float[][] {{1, 0}}, new int[1], bins))
                .withMessage("bins must be in [1, 10000], got " + bins);
    }

    @Test
    void confusionMatrix_comparesAndShows() {
        ConfusionMatrix matrix = ConfusionMatrix.of(new long[][] {{10, 2}, {0, 3}});
        assertThat(matrix)
                .isEqualTo(ConfusionMatrix.of(matrix.counts()))
                .hasSameHashCodeAs(ConfusionMatrix.of(matrix.counts()));
        assertThat(matrix).isNotEqualTo(ConfusionMatrix.of(new long[][] {{10, 2}, {1, 3}}));
        assertThat(matrix).hasToString("actual\\predicted  0  1\n               0 10  2\n               1  0  3");
        assertThat(matrix.rows()).isEqualTo(15);
        assertThat(matrix.predicted(1)).isEqualTo(5);
        List<long[][]> bad = new ArrayList<>();
        bad.add(new long[][] {{1}});
        bad.add(new long[][] {{1, 2}, {3}});
        bad.add(new long[][] {{1, 2}, {3, -1}});
        for (long[][] counts : bad) {
            assertThatIllegalArgumentException().isThrownBy(() -> ConfusionMatrix.of(counts));
        }
    }

    @Test
    void better_knowsTheNamesOfThisPackage() {
        assertThat(ClassificationScores.of(new float[][] {{1, 0}}, new int[1]).byName().keySet().stream()
                        .filter(name -> Better.of(name) == Better.SMALLER))
                .containsExactly("logLoss", "brier", "calibrationError");
        assertThat(RegressionScores.of(new float[][] {{1}}, new float[][] {{1}}).byName().keySet().stream()
                        .filter(name -> Better.of(name) == Better.GREATER))
                .containsExactly("r2", "explainedVariance");
        assertThat(Better.SMALLER.isBetter(1, 2)).isTrue();
        assertThat(Better.GREATER.isBetter(1, 2)).isFalse();
        assertThat(Better.GREATER.isBetter(1, Double.NaN)).isTrue();
        assertThat(Better.GREATER.isBetter(Double.NaN, Double.NaN)).isFalse();
    }
}
