package io.aidc.privacy.query;

import static io.aidc.privacy.query.Sample.assertNoise;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Variances, units, and bounds found on the way. Seeds are fixed. */
class VarianceQueryTest {

    @Test
    void variance_littleNoise_isThatOfThePopulation() {
        PrivacyBudget budget = Budgets.plenty(1);
        double[] values = {1, 2, 3, 4, 99, Double.NaN}; // 99 counts as 10, NaN as 5
        double mean = 25.0 / 6;
        double expected = (1 + 4 + 9 + 16 + 100 + 25) / 6.0 - mean * mean;
        var query = budget.from(IntervalsTest.boxed(values)).variance(x -> x).clampedTo(0, 10);
        assertThat(Budgets.value(query.spending(1e5))).isCloseTo(expected, within(0.01));
        assertThat(Budgets.value(query.gaussian(0.001))).isCloseTo(expected, within(0.2));
        assertThat(Budgets.value(query.missingAs(10).spending(1e5)))
                .isCloseTo((1 + 4 + 9 + 16 + 100 + 100) / 6.0 - 25, within(0.01));
    }

    @Test
    void variance_noRows_staysWithinWhatBoundsAllow() {
        PrivacyBudget budget = Budgets.plenty(2);
        for (int i = 0; i < 200; i++) {
            var query = budget.from(List.<Double>of()).variance(x -> x).clampedTo(2, 6);
            assertThat(Budgets.value(query.spending(0.1))).isBetween(0.0, 4.0);
        }
    }

    /**
     * At the quarter of the width, where the centred square is −½: the noise of the squares over twice the rows, and
     * that of the count times ¼; the mean's own noise is of second order at the middle, so half of the rows are on either
     * side of it.
     */
    @ParameterizedTest
    @CsvSource({"ADD_OR_REMOVE, 3, 3", "REPLACE_ONE, 4, 8"})
    void variance_noise_isWhatWasPaidFor(Neighbours neighbours, double l1, double l2squared) {
        double[] values = new double[2000];
        Arrays.setAll(values, i -> i % 2 == 0 ? 0.5 : -0.5);
        PrivacyBudget budget = Budgets.seeded(3)
                .epsilon(1e9)
                .delta(1e-6)
                .neighbours(neighbours)
                .build();
        var query = budget.from(IntervalsTest.boxed(values)).variance(x -> x).clampedTo(-1, 1);
        double scale = l1;
        assertNoise(
                1500,
                2 * scale * scale * (0.25 + 0.0625),
                () -> (Budgets.value(query.spending(1)) - 0.25) * values.length);
        assertNoise(
                1500,
                2 * 2 * l2squared * (0.25 + 0.0625),
                () -> (Budgets.value(query.gaussian(2)) - 0.25) * values.length);
    }

    @Test
    void distinctUnits_countOnceEach() {
        List<Integer> rows = IntStream.range(0, 1000).boxed().toList();
        PrivacyBudget budget = Budgets.plenty(4);
        PrivateRecords<Integer> units = budget.from(rows).unit(i -> i % 30).boundedTo(1, 20);
        assertThat(Budgets.value(units.distinctUnits().spending(1e4))).isEqualTo(30);
        assertThat(Budgets.value(budget.from(rows).distinctUnits().spending(1e4)))
                .isEqualTo(1000);
        // one row a unit is what it pays for, whatever the bound
        assertNoise(
                4000,
                Sample.laplaceVariance(2),
                () -> Budgets.value(units.distinctUnits().spending(0.5)) - 30);
        assertThatThrownBy(() -> budget.from(rows).boundedTo(1, 2).distinctUnits())
                .hasMessage("counting units needs unit(...), rows being bounded to 2");
    }

    @Test
    void boundsFoundPrivately_manyRows_answerWithinTheirPowersOfTwo() {
        double[] values = IntStream.range(0, 2000).mapToDouble(i -> 5 + i % 3).toArray();
        PrivacyBudget budget = Budgets.plenty(5);
        PrivateRecords<Double> records = budget.from(IntervalsTest.boxed(values));
        var sum =
                (Release.Granted) records.sum(x -> x).boundsFoundPrivately(0.2).spending(10);
        assertThat(sum.value()).isCloseTo(Arrays.stream(values).sum(), within(20.0));
        assertThat(sum.boundsFound()).contains(new Interval(4, 8));
        // a share of 0.8 for a sum of values up to 8
        assertThat(sum.interval(0.95).upper() - sum.value()).isCloseTo(8 / 8.0 * Math.log(20), within(1e-6));
        assertThat(budget.charged()).isEqualTo(new PrivacyEvent.PureDp(10));
        assertThat(Budgets.value(records.mean(x -> x).boundsFoundPrivately(0.2).gaussian(2)))
                .isCloseTo(6, within(0.05));
        assertThat(Budgets.value(
                        records.variance(x -> x).boundsFoundPrivately(0.5).spending(5)))
                .isCloseTo(2.0 / 3, within(0.1));
    }

    /** 0.8 of one Gaussian: the multiplier is z/√0.8, the values are below 2. */
    @Test
    void boundsFoundPrivately_gaussian_sharesThePrice() {
        double[] values = new double[5000];
        Arrays.fill(values, 1.5);
        var budget = new FreeBudget(6, Neighbours.ADD_OR_REMOVE);
        var sum = (Release.Granted) PrivateRecords.of(budget, IntervalsTest.boxed(values))
                .sum(x -> x)
                .boundsFoundPrivately(0.2)
                .gaussian(3);
        assertThat(sum.interval(0.9544997361036416).upper() - sum.value())
                .isCloseTo(2 * 2 * 3 / Math.sqrt(0.8), within(1e-6));
        assertThat(budget.paid).containsExactly(new PrivacyEvent.Gaussian(3));
    }

    /** The search's own noise, by its threshold: at a share of 0.01 some 2400 rows are not enough to be found. */
    @Test
    void boundsFoundPrivately_smallShare_isAsNoisyAsItPaysFor() {
        double[] values = new double[200];
        Arrays.fill(values, 1.5);
        int found = 0;
        for (int seed = 0; seed < 100; seed++) {
            var sum = (Release.Granted)
                    PrivateRecords.of(new FreeBudget(seed, Neighbours.ADD_OR_REMOVE), IntervalsTest.boxed(values))
                            .sum(x -> x)
                            .boundsFoundPrivately(0.01)
                            .spending(0.5);
            found += Math.abs(sum.value() - 300) < 100 ? 1 : 0;
        }
        // the fullest of 385 bins with noise of scale 200 is hardly ever the right one
        assertThat(found).isLessThan(30);
    }

    @Test
    void boundsFoundPrivately_badShare_isNamed() {
        SumQuery sum = Budgets.plenty(7).from(List.of(1.0)).sum(x -> x);
        assertThatThrownBy(() -> sum.boundsFoundPrivately(1)).hasMessage("share must be in (0, 1), got 1.0");
        assertThatThrownBy(() -> sum.boundsFoundPrivately(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sum.boundsFoundPrivately(0.5).missingAs(1))
                .hasMessage("missingAs(1.0) needs clampedTo(lower, upper)");
    }

    @Test
    void bounds_laplace_findsTheBulk() {
        List<double[]> rows = IntStream.range(0, 3000)
                .mapToObj(i -> new double[] {1 + i % 7, -3})
                .toList();
        var bounds = (BoundsRelease.Granted)
                Budgets.plenty(8).from(rows).bounds(2, row -> row).spending(1);
        assertThat(bounds.lower()).containsExactly(1, -4);
        assertThat(bounds.upper()).containsExactly(8, -2);
        Sensitivity sensitivity = BoundsSearch.sensitivity(Neighbours.REPLACE_ONE, 3, 2);
        assertThat(sensitivity.l1()).isEqualTo(12);
    }

    @Test
    void means_laplace_haveTheNoiseTheyPaidFor() {
        PrivacyBudget budget = Budgets.plenty(9);
        List<double[]> rows =
                IntStream.range(0, 1000).mapToObj(i -> new double[2]).toList();
        var query = budget.from(rows).means(row -> row).clampedTo(new double[] {-1, -1}, new double[] {1, 1});
        assertNoise(3000, 2 * Math.pow(3 / 0.5, 2), () -> Budgets.values(query.spending(0.5))[1] * 1000);
    }
}
