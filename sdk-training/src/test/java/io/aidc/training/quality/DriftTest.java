package io.aidc.training.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DriftTest {
    private static final GoldenJson GOLDEN = GoldenJson.read("quality.json");

    static List<GoldenJson> samples() {
        return GOLDEN.objects("samples");
    }

    static List<GoldenJson> counts() {
        return GOLDEN.objects("counts");
    }

    private static long[] longs(GoldenJson golden, String name) {
        return Arrays.stream(golden.integers(name)).asLongStream().toArray();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void measuresOfSamples_agreeWithScipy(GoldenJson golden) {
        double[] a = golden.numbers("a");
        double[] b = golden.numbers("b");
        Significance test = Drift.kolmogorovSmirnov(a, b);
        assertThat(test.statistic()).isCloseTo(golden.number("ks"), within(1e-14));
        assertThat(test.pValue()).isCloseTo(golden.number("asymptotic"), within(1e-12));
        assertThat(Drift.wasserstein(a, b)).isCloseTo(golden.number("wasserstein"), within(1e-12));
        assertThat(Drift.populationStability(a, b, 10)).isCloseTo(golden.number("psi"), within(1e-12));
    }

    /** The limit is on the safe side where a difference is in question. */
    @ParameterizedTest
    @MethodSource("samples")
    void kolmogorovSmirnov_isNearTheExactValueAndNotBelowWhereItIsSmall(GoldenJson golden) {
        double p = Drift.kolmogorovSmirnov(golden.numbers("a"), golden.numbers("b"))
                .pValue();
        double exact = golden.number("exact");
        assertThat(p).isBetween(exact < 0.2 ? exact : exact - 0.005, exact + 0.08);
    }

    @ParameterizedTest
    @MethodSource("counts")
    void measuresOfCounts_agreeWithScipy(GoldenJson golden) {
        long[] a = longs(golden, "a");
        long[] b = longs(golden, "b");
        Significance test = Drift.chiSquare(a, b);
        assertThat(test.statistic()).isCloseTo(golden.number("chiSquare"), within(1e-10));
        assertThat(test.pValue()).isCloseTo(golden.number("pValue"), within(1e-12));
        assertThat(Drift.jensenShannon(a, b)).isCloseTo(golden.number("jensenShannon"), within(1e-7));
        assertThat(Drift.totalVariation(a, b)).isCloseTo(golden.number("totalVariation"), within(1e-14));
        assertThat(Drift.populationStability(a, b)).isCloseTo(golden.number("psi"), within(1e-12));
    }

    @Test
    void measures_ofEqualData_areZero() {
        double[] numbers = {3, 1, 2, 2, -0.0, 0.0};
        long[] bins = {3, 0, 5};
        assertThat(Drift.kolmogorovSmirnov(numbers, numbers)).isEqualTo(new Significance(0, 1));
        assertThat(Drift.wasserstein(numbers, numbers)).isZero();
        assertThat(Drift.populationStability(numbers, numbers, 10)).isZero();
        assertThat(Drift.jensenShannon(bins, bins)).isZero();
        assertThat(Drift.totalVariation(bins, bins)).isZero();
        assertThat(Drift.chiSquare(bins, bins)).isEqualTo(new Significance(0, 1));
        assertThat(Drift.chiSquare(new long[] {4}, new long[] {9})).isEqualTo(new Significance(0, 1));
    }

    @Test
    void wasserstein_ofAShiftedSample_isTheShift() {
        assertThat(Drift.wasserstein(new double[] {1, 2, 3}, new double[] {11, 13, 12}))
                .isCloseTo(10, within(1e-12));
    }

    @Test
    void measures_ofDisjointCounts_areOne() {
        assertThat(Drift.jensenShannon(new long[] {2, 0}, new long[] {0, 3})).isEqualTo(1);
        assertThat(Drift.totalVariation(new long[] {2, 0}, new long[] {0, 3})).isEqualTo(1);
    }

    @Test
    void kolmogorov_ofItsTwoSeries_agreesWhereTheyMeet() {
        assertThat(Drift.kolmogorov(0.9999999)).isCloseTo(Drift.kolmogorov(1.0000001), within(1e-6));
        assertThat(Drift.kolmogorov(0)).isEqualTo(1);
        assertThat(Drift.kolmogorov(0.05)).isCloseTo(1, within(1e-12));
        // The 5 % point of the published tables.
        assertThat(Drift.kolmogorov(1.3581)).isCloseTo(0.05, within(1e-4));
    }

    /** Under no difference p is uniform: of 400 p-values, 4 are expected below 0.01; fixed seed. */
    @Test
    void kolmogorovSmirnov_ofOneDistribution_seldomAlarms() {
        var random = new SplittableRandom(5);
        int alarms = 0;
        for (int i = 0; i < 400; i++) {
            double[] a = random.doubles(300).toArray();
            double[] b = random.doubles(200).toArray();
            alarms += Drift.kolmogorovSmirnov(a, b).pValue() < 0.01 ? 1 : 0;
        }
        assertThat(alarms).isBetween(0, 14);
    }

    @Test
    void badInput_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.wasserstein(new double[] {1}, new double[] {1, Double.NaN}))
                .withMessage("current: number 1 must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.kolmogorovSmirnov(new double[0], new double[1]))
                .withMessage("reference needs at least 1 number, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.totalVariation(new long[] {1}, new long[] {1, 2}))
                .withMessage("current must have as many bins as the reference, 1, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.chiSquare(new long[] {1, 1}, new long[] {0, 0}))
                .withMessage("current needs at least 1 row, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.jensenShannon(new long[] {1, -1}, new long[] {1, 1}))
                .withMessage("reference: count of bin 1 must be >= 0, got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Drift.populationStability(new double[] {1}, new double[] {1}, 1))
                .withMessage("bins must be in [2, 1000], got 1");
    }

    @Test
    void numbersThatFillBins_haveBinsOfTheirOwn() {
        double[] flags = new double[100];
        Arrays.fill(flags, 5, 100, 1);
        assertThat(Drift.populationStability(flags, flags, 10)).isZero();
        assertThat(Drift.populationStability(flags, new double[100], 10)).isGreaterThan(1);
        double[] five = {5, 5, 5, 5};
        assertThat(Drift.populationStability(five, new double[] {3, 3, 3, 3}, 10))
                .isGreaterThan(1);
        assertThat(Drift.populationStability(five, new double[] {7, 7, 7, 7}, 10))
                .isGreaterThan(1);
    }
}
