package io.aidc.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegressionScoresTest {
    private static Map<?, ?> golden(String name) {
        return GoldenScores.map(GoldenScores.map(GoldenScores.all(), "regression"), name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two", "odd"})
    void byName_isWhatScikitLearnSays(String name) {
        Map<?, ?> golden = golden(name);
        Map<String, Double> scores = RegressionScores.of(
                        GoldenScores.floats(golden, "predictions"), GoldenScores.floats(golden, "targets"))
                .byName();
        Map<?, ?> expected = GoldenScores.map(golden, "scores");
        assertThat(scores).hasSameSizeAs(expected);
        scores.forEach((score, value) -> {
            double wanted = ((Number) Objects.requireNonNull(expected.get(score))).doubleValue();
            assertThat(value).as(score).isCloseTo(wanted, within(1e-9 * Math.abs(wanted)));
        });
    }

    @Test
    void sumsOfWorkers_giveTheScoresOfAllRows() {
        Map<?, ?> golden = golden("two");
        float[][] predictions = GoldenScores.floats(golden, "predictions");
        float[][] targets = GoldenScores.floats(golden, "targets");
        RegressionSums all = RegressionSums.of(2);
        for (int[] part : new int[][] {{0, 1}, {1, 30}, {30, 80}}) {
            RegressionSums worker = RegressionSums.of(2);
            worker.add(
                    Arrays.copyOfRange(predictions, part[0], part[1]), Arrays.copyOfRange(targets, part[0], part[1]));
            all.add(RegressionSums.ofNumbers(2, worker.numbers()));
        }
        all.add(RegressionSums.of(2));
        assertThat(all.rows()).isEqualTo(80);
        Map<String, Double> expected = RegressionScores.of(predictions, targets).byName();
        all.scores().byName().forEach((name, value) -> {
            if (name.equals("medianAbsoluteError")) {
                assertThat(value).isNaN();
            } else {
                double wanted = Objects.requireNonNull(expected.get(name));
                assertThat(value).as(name).isCloseTo(wanted, within(1e-12 * Math.abs(wanted)));
            }
        });
    }

    @Test
    void sums_addedToThemselves_countEachRowTwice() {
        RegressionSums sums = RegressionSums.of(1);
        sums.add(new float[][] {{1}, {4}}, new float[][] {{2}, {3}});
        RegressionScores once = sums.scores();
        sums.add(sums);
        assertThat(sums.rows()).isEqualTo(4);
        assertThat(sums.scores().r2()).isCloseTo(once.r2(), within(1e-15));
        assertThat(sums.scores().mse()).isEqualTo(once.mse());
    }

    @Test
    void constantTruth_hasNoDetermination() {
        RegressionScores scores =
                RegressionScores.of(new float[][] {{0.1f, 1}, {0.1f, 2}}, new float[][] {{0.1f, 1}, {0.1f, 3}});
        assertThat(scores.perTarget().get(0).r2()).isNaN();
        assertThat(scores.perTarget().get(0).explainedVariance()).isNaN();
        assertThat(scores.r2()).as("mean of what is defined").isEqualTo(0.5);
        assertThat(scores.mse()).isEqualTo(0.25);
    }

    @Test
    void truthOfZero_hasNoPercentage() {
        RegressionScores scores = RegressionScores.of(new float[][] {{1}, {2}}, new float[][] {{0}, {1}});
        assertThat(scores.meanAbsolutePercentageError()).isNaN();
        assertThat(scores.mae()).isEqualTo(1);
    }

    @Test
    void smallSpreadAroundALargeValue_keepsItsDigits() {
        RegressionSums a = RegressionSums.of(1);
        RegressionSums b = RegressionSums.of(1);
        a.add(new float[][] {{16_000_000}, {16_000_001}}, new float[][] {{16_000_001}, {16_000_001}});
        b.add(new float[][] {{16_000_002}, {16_000_003}}, new float[][] {{16_000_003}, {16_000_003}});
        a.add(b);
        assertThat(a.scores().r2()).isEqualTo(1 - 2.0 / 4);
        assertThat(a.scores().explainedVariance()).isEqualTo(1 - 1.0 / 4);
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionScores.of(new float[0][], new float[0][]))
                .withMessage("scores need at least 1 row, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionScores.of(new float[1][0], new float[1][0]))
                .withMessage("targets must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionScores.of(new float[][] {{1}}, new float[2][1]))
                .withMessage("targets must be one for each of 1 predictions, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionScores.of(new float[][] {{1}}, new float[][] {{1, 2}}))
                .withMessage("targets: row 0 has 2 columns, but there are 1 targets");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionScores.of(new float[][] {{1}, {Float.NaN}}, new float[2][1]))
                .withMessage("predictions: row 1, column 0 must be finite, got NaN");
        assertThatIllegalStateException().isThrownBy(() -> RegressionSums.of(1).scores());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionSums.of(1).add(RegressionSums.of(2)));
        assertThatIllegalArgumentException().isThrownBy(() -> RegressionSums.ofNumbers(1, new double[3]));
        double[] half = new double[8];
        half[0] = 0.5;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegressionSums.ofNumbers(1, half))
                .withMessage("rows must be a count, got 0.5");
    }
}
