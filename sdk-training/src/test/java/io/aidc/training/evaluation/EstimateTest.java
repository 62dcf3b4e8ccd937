package io.aidc.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.metrics.GoldenScores;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EstimateTest {
    @Test
    void distribution_isWhatSciPySays() {
        for (double[] one : GoldenScores.rows(GoldenScores.all(), "studentCdf")) {
            int freedom = (int) one[0];
            double cdf = 0.5 + Math.signum(one[1]) * StudentT.within(Math.abs(one[1]), freedom) / 2;
            assertThat(cdf).as(Arrays.toString(one)).isCloseTo(one[2], within(1e-13));
            assertThat(StudentT.twoSided(one[1], freedom)).isCloseTo(2 * Math.min(one[2], 1 - one[2]), within(1e-13));
        }
        for (double[] one : GoldenScores.rows(GoldenScores.all(), "studentQuantile")) {
            assertThat(StudentT.distance(2 * one[1] - 1, (int) one[0]))
                    .as(Arrays.toString(one))
                    .isCloseTo(one[2], within(1e-10 * one[2]));
        }
        assertThat(StudentT.twoSided(Double.NaN, 3)).isNaN();
        assertThat(StudentT.twoSided(Double.NEGATIVE_INFINITY, 3)).isZero();
    }

    /** By hand: s² = 2.5, error² = 2.5 (1/5 + 1/4), t(0.975; 4) = 2.7764451. */
    @Test
    void range_isThatOfTheCorrectedTest() {
        Estimate estimate = Estimate.of(new double[] {1, 2, 3, 4, 5}, 0.25, 0.95);
        double half = 2.7764451051977987 * Math.sqrt(2.5 * 0.45);
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.deviation()).isCloseTo(Math.sqrt(2.5), within(1e-12));
        assertThat(estimate.low()).isCloseTo(3 - half, within(1e-9));
        assertThat(estimate.high()).isCloseTo(3 + half, within(1e-9));
        assertThat(estimate.p()).isCloseTo(StudentT.twoSided(3 / Math.sqrt(2.5 * 0.45), 4), within(1e-15));
    }

    /** 2,000 independent samples: the range at 90 % holds the mean 1,800 ± 13.4 times; 1,730 to 1,870 is beyond 5 deviations. */
    @Test
    void range_withoutSharedRows_holdsTheMeanAsOftenAsItSays() {
        var random = new SplittableRandom(4);
        int held = 0;
        for (int i = 0; i < 2000; i++) {
            double[] values = new double[6];
            Arrays.setAll(values, k -> random.nextGaussian());
            Estimate estimate = Estimate.of(values, 0, 0.9);
            if (estimate.low() <= 0 && 0 <= estimate.high()) {
                held++;
            }
        }
        assertThat(held).isBetween(1730, 1870);
    }

    @Test
    void equalFigures_areOnlyTestedAgainstZero() {
        assertThat(Estimate.of(new double[] {0, 0}, 0.5, 0.95).p()).isEqualTo(1);
        assertThat(Estimate.of(new double[] {1, 1}, 0.5, 0.95).p()).isNaN();
    }

    @Test
    void undefinedFold_makesTheMeanUndefined() {
        Estimate estimate = Estimate.of(new double[] {1, Double.NaN, 2}, 0.5, 0.95);
        assertThat(estimate.mean()).isNaN();
        assertThat(estimate.low()).isNaN();
        assertThat(estimate.p()).isNaN();
    }

    @Test
    void badLevel_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Estimate.of(new double[2], 0.5, 1))
                .withMessage("level must be in (0, 1), got 1.0");
    }
}
