package io.aidc.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    private static Interval mean(Bootstrap bootstrap, double[] values) {
        return Objects.requireNonNull(bootstrap
                .scores(
                        values.length,
                        rows -> Map.of(
                                "mean",
                                Arrays.stream(rows)
                                        .mapToDouble(row -> values[row])
                                        .average()
                                        .orElseThrow()))
                .get("mean"));
    }

    /**
     * The interval of a mean of 400 numbers is 1.96 s/√n on either side. The seeds are fixed; by chance the ends of 4,000 draws
     * would be off by 0.15 of that with less than 1e-6.
     */
    @Test
    void interval_ofAMean_isThatOfTheNormalTable() {
        var random = new SplittableRandom(3);
        double[] values = random.doubles(400).toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / 400);
        Interval interval = mean(Bootstrap.seed(1).resamples(4000), values);
        double half = 1.96 * deviation / 20;
        assertThat(interval.estimate()).isEqualTo(mean);
        assertThat(interval.low()).isCloseTo(mean - half, within(0.15 * half));
        assertThat(interval.high()).isCloseTo(mean + half, within(0.15 * half));
        assertThat(interval.contains(mean)).isTrue();
        assertThat(interval.contains(interval.high() + 1)).isFalse();
    }

    /** 200 intervals at 80 %: a binomial count of 160 with deviation 5.7, so 120 to 195 has a false alarm below 1e-8. */
    @Test
    void interval_holdsTheTruthAsOftenAsItSays() {
        var random = new SplittableRandom(5);
        int held = 0;
        for (int i = 0; i < 200; i++) {
            double[] values = random.doubles(60).toArray();
            if (mean(Bootstrap.seed(i).level(0.8).resamples(200), values).contains(0.5)) {
                held++;
            }
        }
        assertThat(held).isBetween(120, 195);
    }

    @Test
    void sameSeed_givesTheSameInterval() {
        double[] values = {1, 2, 3, 4, 5, 7};
        assertThat(mean(Bootstrap.seed(1), values)).isEqualTo(mean(Bootstrap.seed(1), values));
        assertThat(mean(Bootstrap.seed(1), values)).isNotEqualTo(mean(Bootstrap.seed(2), values));
    }

    @Test
    void classification_namesAllScores() {
        float[][] probabilities = {{0.9f, 0.1f}, {0.2f, 0.8f}, {0.6f, 0.4f}, {0.3f, 0.7f}};
        int[] labels = {0, 1, 1, 1};
        Map<String, Interval> intervals = Bootstrap.seed(1).resamples(200).classification(probabilities, labels);
        Map<String, Double> scores =
                ClassificationScores.of(probabilities, labels).byName();
        assertThat(intervals.keySet()).containsExactlyElementsOf(scores.keySet());
        assertThat(intervals.get("accuracy")).satisfies(interval -> {
            assertThat(interval.estimate()).isEqualTo(0.75);
            assertThat(interval.low()).isLessThan(0.75);
            assertThat(interval.high()).isEqualTo(1);
        });
        assertThat(Objects.requireNonNull(intervals.get("rocAuc")).low())
                .as("draws of one class are left out")
                .isNotNaN();
    }

    @Test
    void scoreThatIsNeverDefined_hasNoEnds() {
        assertThat(Bootstrap.seed(1)
                        .resamples(10)
                        .classification(new float[][] {{1, 0}}, new int[] {0})
                        .get("rocAuc"))
                .isEqualTo(new Interval(Double.NaN, Double.NaN, Double.NaN, 0.95));
    }

    @Test
    void regression_namesAllScores() {
        assertThat(Bootstrap.seed(1).resamples(10).regression(new float[][] {{1}, {2}}, new float[][] {{1}, {3}}))
                .hasSize(8)
                .containsEntry("maxError", new Interval(1, 0, 1, 0.95));
    }

    @Test
    void badOptions_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.seed(1).resamples(9))
                .withMessage("resamples must be in [10, 1000000], got 9");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.seed(1).level(Double.NaN))
                .withMessage("level must be in (0, 1), got NaN");
        assertThatIllegalStateException()
                .isThrownBy(() -> Bootstrap.seed(1).level(0.9).level(0.95));
        assertThatIllegalStateException()
                .isThrownBy(() -> Bootstrap.seed(1).resamples(10).resamples(10));
        assertThatIllegalArgumentException().isThrownBy(() -> Bootstrap.seed(1).scores(0, rows -> Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Bootstrap.seed(1).classification(new float[][] {{3, -2}}, new int[1]));
    }
}
