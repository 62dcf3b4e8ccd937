package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.Seeds;
import io.aidc.privacy.accounting.Neighbours;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Count, sum and mean. Seeds are fixed unless said otherwise; tolerances are five standard errors. */
class QueriesTest {
    private static final int RELEASES = 4000;

    static LongStream seeds() {
        return Seeds.all();
    }

    @Test
    void count_laplace_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(1);
        List<Integer> rows = Collections.nCopies(100, 1);
        assertNoise(() -> Budgets.value(budget.count(rows).spending(0.5)), 100, discreteLaplaceVariance(2), 5);
        assertNoise(
                () -> Budgets.value(budget.from(rows).boundedTo(1, 3).count().spending(0.5)),
                100,
                discreteLaplaceVariance(6),
                5);
        assertThat(Budgets.value(budget.count(rows).spending(0.5)) % 1).isZero();
    }

    @Test
    void count_gaussian_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(2);
        List<Integer> rows = Collections.nCopies(7, 1);
        assertNoise(() -> Budgets.value(budget.count(rows).gaussian(4)), 7, 16, 2);
        assertNoise(
                () -> Budgets.value(budget.from(rows).boundedTo(9, 3).count().gaussian(4)), 7, 144, 2);
    }

    /** The attack on low bits: whichever neighbour was asked about, the same outputs can come. */
    @Test
    void count_neighbours_haveTheSameSetOfOutputs() {
        PrivacyBudget budget = Budgets.plenty(3);
        Set<Double> none = new HashSet<>();
        Set<Double> one = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            none.add(Budgets.value(budget.count(List.of()).spending(1)));
            one.add(Budgets.value(budget.count(List.of(1)).spending(1)));
        }
        // beyond ±5, an output may by chance not have come up yet
        none.removeIf(value -> Math.abs(value) > 5);
        one.removeIf(value -> Math.abs(value) > 5);
        assertThat(none).isEqualTo(one).hasSize(11);
    }

    @Test
    void sum_laplace_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(4);
        double[] values = {1, 2, 3, 1000, -1000};
        assertNoise(() -> Budgets.value(budget.sum(values).clampedTo(-4, 10).spending(0.5)), 12, 2 * 20 * 20, 5);
    }

    @Test
    void sum_gaussian_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(5);
        assertNoise(() -> Budgets.value(budget.sum(1, 2).clampedTo(-4, 1).gaussian(3)), 2, 144, 2);
    }

    @ParameterizedTest
    @EnumSource
    void sum_neighbouringRelation_setsTheSensitivity(Neighbours neighbours) {
        PrivacyBudget budget =
                Budgets.seeded(6).epsilon(1e9).neighbours(neighbours).build();
        double width = neighbours == Neighbours.ADD_OR_REMOVE ? 10 : 14;
        assertNoise(
                () -> Budgets.value(budget.sum(new double[0]).clampedTo(-4, 10).spending(1)), 0, 2 * width * width, 5);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void sum_anyOrderOfRows_isTheSame(long seed) {
        var random = new SplittableRandom(seed);
        List<Double> values = DoubleStream.generate(() -> random.nextDouble(-1, 1) * Math.exp(random.nextDouble(0, 30)))
                .limit(200)
                .boxed()
                .collect(Collectors.toCollection(ArrayList::new));
        double sum = seededSum(values);
        Collections.shuffle(values, new Random(seed));
        assertThat(seededSum(values)).isEqualTo(sum);
        double mean = seededMean(values);
        Collections.sort(values);
        assertThat(seededMean(values)).isEqualTo(mean);
    }

    /** At equal noise, one row more moves the exact answer by its clamped value at most, whatever the others are. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void sum_hugeRows_moveByNoMoreThanTheSensitivity(long seed) {
        var random = new SplittableRandom(seed);
        double top = 0x1p53;
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            values.add(top - random.nextInt(1000) + (random.nextBoolean() ? 0 : -2 * top));
        }
        BigDecimal without = new BigDecimal(seededSum(values));
        values.add(random.nextInt(values.size()), top);
        BigDecimal with = new BigDecimal(seededSum(values));
        // the answer itself is a double, which rounds each of the two by half an ulp of the sum
        assertThat(with.subtract(without).doubleValue()).isCloseTo(top, within(Math.ulp(100 * top)));
    }

    @Test
    void exactSum_longExtremes_doesNotOverflow() {
        var sum = new ExactSum();
        for (int i = 0; i < 1000; i++) {
            sum.add(Long.MAX_VALUE);
        }
        for (int i = 0; i < 999; i++) {
            sum.add(Long.MIN_VALUE);
        }
        assertThat(sum.plus(999)).isEqualTo(Long.MAX_VALUE);
        sum.add(Long.MIN_VALUE);
        assertThat(sum.plus(0)).isEqualTo(-1000);
    }

    @Test
    void sum_oddValues_countAsDeclared() {
        assertThat(quiet(Double.NaN)).isCloseTo(0, within(0.01));
        assertThat(quiet(Double.POSITIVE_INFINITY)).isCloseTo(5, within(0.01));
        assertThat(quiet(Double.NEGATIVE_INFINITY)).isCloseTo(-3, within(0.01));
        assertThat(quiet(-0.0)).isCloseTo(0, within(0.01));
        PrivacyBudget budget = Budgets.plenty(7);
        assertThat(Budgets.value(budget.sum(Double.NaN).clampedTo(2, 5).spending(1e5)))
                .isCloseTo(2, within(0.01));
        assertThat(Budgets.value(
                        budget.sum(Double.NaN).clampedTo(2, 5).missingAs(4).spending(1e5)))
                .isCloseTo(4, within(0.01));
    }

    @Test
    void mean_laplace_isCloseForManyRows() {
        PrivacyBudget budget = Budgets.plenty(8);
        double[] values = IntStream.range(0, 10_000).mapToDouble(i -> i % 100).toArray();
        // noise of the sum: scale 50/0.5, of the count: 1/0.5; ten scales of each, false alarm 1e-4 at a fixed seed
        assertThat(Budgets.value(budget.mean(values).clampedTo(0, 100).spending(1)))
                .isCloseTo(49.5, within(0.12));
    }

    /** The noise of the sum is that of half the price: mean·count spread over 1000 rows. */
    @Test
    void mean_laplace_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(9);
        double[] values = new double[1000];
        // all in the middle: the count's noise does not matter
        assertNoise(() -> Budgets.value(budget.mean(values).clampedTo(-1, 1).spending(0.5)) * 1000, 0, 2 * 16, 5.2);
    }

    /** Off the middle the count's noise shows, 0.8 times: sum and count each have scale 1 over half the price. */
    @Test
    void mean_laplaceOffTheMiddle_hasTheNoiseOfSumAndCount() {
        PrivacyBudget budget = Budgets.plenty(20);
        double[] values = new double[1000];
        Arrays.fill(values, 0.8);
        assertNoise(
                () -> (Budgets.value(budget.mean(values).clampedTo(-1, 1).spending(0.5)) - 0.8) * 1000,
                0,
                2 * 16 + 0.64 * discreteLaplaceVariance(4),
                5.2);
    }

    @Test
    void mean_gaussianOffTheMiddle_hasTheNoiseOfSumAndCount() {
        PrivacyBudget budget = Budgets.plenty(21);
        double[] values = new double[1000];
        Arrays.fill(values, -0.8);
        assertNoise(
                () -> (Budgets.value(budget.mean(values).clampedTo(-1, 1).gaussian(3)) + 0.8) * 1000,
                0,
                18 * 1.64,
                2.1);
    }

    @Test
    void mean_gaussian_hasTheNoiseItPaidFor() {
        PrivacyBudget budget = Budgets.plenty(10);
        double[] values = new double[1000];
        assertNoise(() -> Budgets.value(budget.mean(values).clampedTo(-1, 1).gaussian(3)) * 1000, 0, 18, 2.1);
    }

    @Test
    void mean_noRows_staysWithinTheBounds() {
        PrivacyBudget budget = Budgets.plenty(11);
        for (int i = 0; i < 200; i++) {
            assertThat(Budgets.value(budget.mean().clampedTo(3, 4).spending(0.1)))
                    .isBetween(3.0, 4.0);
            assertThat(Budgets.value(budget.mean().clampedTo(3, 4).gaussian(10)))
                    .isBetween(3.0, 4.0);
        }
    }

    @Test
    void mean_oddValues_countAsDeclared() {
        PrivacyBudget budget = Budgets.plenty(12);
        assertThat(Budgets.value(budget.mean(Double.NaN).clampedTo(0, 4).spending(1e5)))
                .isCloseTo(2, within(0.01));
        assertThat(Budgets.value(
                        budget.mean(Double.NaN).clampedTo(0, 4).missingAs(1).spending(1e5)))
                .isCloseTo(1, within(0.01));
        assertThat(Budgets.value(
                        budget.mean(Double.POSITIVE_INFINITY).clampedTo(0, 4).spending(1e5)))
                .isCloseTo(4, within(0.01));
    }

    @Test
    void queries_extremePrices_work() {
        PrivacyBudget budget = Budgets.seeded(13).epsilon(1e9).delta(1e-6).build();
        for (double epsilon : new double[] {1e-9, 1e-6, 1, 1e6}) {
            PrivateRecords<Integer> records = budget.from(List.of(1, 2, 3)).boundedTo(1, 1_000_000);
            assertThat(records.count().spending(epsilon)).isInstanceOf(Release.Granted.class);
            assertThat(records.sum(x -> x).clampedTo(-1e200, 1e200).spending(epsilon))
                    .isInstanceOf(Release.Granted.class);
            assertThat(records.sum(x -> x).clampedTo(0, 1e-200).spending(epsilon))
                    .isInstanceOf(Release.Granted.class);
            assertThat(records.mean(x -> x).clampedTo(-1e200, 1e200).spending(epsilon))
                    .isInstanceOf(Release.Granted.class);
        }
        PrivacyBudget gaussians = Budgets.plenty(14);
        for (double z : new double[] {1e-3, 1, 1e6}) {
            PrivateRecords<Integer> records = gaussians.from(List.of(1, 2, 3)).boundedTo(1000, 1_000_000);
            assertThat(records.count().gaussian(z)).isInstanceOf(Release.Granted.class);
            assertThat(records.sum(x -> x).clampedTo(0, 1e-200).gaussian(z)).isInstanceOf(Release.Granted.class);
            assertThat(records.mean(x -> x).clampedTo(-1e200, 1e200).gaussian(z))
                    .isInstanceOf(Release.Granted.class);
            assertThat(records.histogram(x -> x, List.of(1, 2)).gaussian(z))
                    .isInstanceOf(HistogramRelease.Granted.class);
            assertThat(records.bounds(1, x -> new double[] {x}).gaussian(z)).isInstanceOf(BoundsRelease.Granted.class);
        }
    }

    @Test
    void clampedTo_badBounds_areNamed() {
        SumQuery sum = Budgets.plenty(15).sum(1);
        assertThatThrownBy(() -> sum.clampedTo(1, 1))
                .hasMessage("bounds must satisfy lower < upper within ±1.0E200, got [1.0, 1.0]");
        assertThatThrownBy(() -> sum.clampedTo(Double.NaN, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sum.clampedTo(0, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sum.clampedTo(0, 1).missingAs(2))
                .hasMessage("missing values must count as something in [0.0, 1.0], got 2.0");
        assertThatThrownBy(() -> sum.spending(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("clampedTo(lower, upper) is missing");
        MeanQuery mean = Budgets.plenty(16).mean(1);
        assertThatThrownBy(() -> mean.missingAs(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> mean.gaussian(1)).isInstanceOf(IllegalStateException.class);
    }

    private static double quiet(double value) {
        return Budgets.value(Budgets.plenty(17).sum(value).clampedTo(-3, 5).spending(1e5));
    }

    private static double seededSum(List<Double> values) {
        return Budgets.value(Budgets.plenty(18)
                .from(values)
                .sum(Double::doubleValue)
                .clampedTo(-0x1p53, 0x1p53)
                .spending(1));
    }

    private static double seededMean(List<Double> values) {
        return Budgets.value(Budgets.plenty(19)
                .from(values)
                .mean(Double::doubleValue)
                .clampedTo(-1e3, 1e3)
                .spending(1));
    }

    static double discreteLaplaceVariance(double scale) {
        double ratio = Math.exp(-1 / scale);
        return 2 * ratio / ((1 - ratio) * (1 - ratio));
    }

    /** @param spread the variance of the squared noise over the squared variance */
    private static void assertNoise(DoubleSupplier release, double exact, double variance, double spread) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < RELEASES; i++) {
            double noise = release.getAsDouble() - exact;
            sum += noise;
            squares += noise * noise;
        }
        assertThat(sum / RELEASES).isCloseTo(0, within(5 * Math.sqrt(variance / RELEASES)));
        assertThat(squares / RELEASES / variance).isCloseTo(1, within(5 * Math.sqrt(spread / RELEASES)));
    }
}
