package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.Neighbours;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantiles from a tree. Seeds are fixed. */
class QuantilesQueryTest {
    private static final double[] RANKS = {0.1, 0.25, 0.5, 0.75, 0.9};

    @Test
    void quantiles_littleNoise_areThoseOfTheSortedRows() {
        double[] values = uniform(20_001);
        double[] found = ask(1, values, 1e4);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < RANKS.length; i++) {
            assertThat(found[i]).isCloseTo(sorted[(int) (RANKS[i] * 20_000)], within(0.02));
        }
    }

    @Test
    void quantiles_ordinaryNoise_areClose() {
        double[] found = ask(2, uniform(20_000), 1);
        for (int i = 0; i < RANKS.length; i++) {
            assertThat(found[i]).isCloseTo(100 * RANKS[i], within(2.0));
        }
    }

    @Test
    void quantiles_anyOrderOfRanks_growWithTheRank() {
        PrivacyBudget budget = Budgets.plenty(3);
        for (int i = 0; i < 5; i++) {
            double[] found = Budgets.values(budget.from(List.of(1.0, 2.0, 3.0))
                    .quantiles(x -> x, 0.9, 0, 0.5, 1, 0.1, 0.5)
                    .clampedTo(0, 4)
                    .spending(0.1));
            assertThat(new double[] {found[1], found[4], found[2], found[0], found[3]})
                    .isSorted();
            assertThat(found[2]).isEqualTo(found[5]);
            assertThat(Arrays.stream(found)).allMatch(value -> value >= 0 && value <= 4);
        }
    }

    @Test
    void quantiles_severalRanks_costOneRelease() {
        PrivacyBudget budget = Budgets.seeded(4).epsilon(1).delta(1e-6).build();
        QuantilesQuery query =
                budget.from(List.of(1.0)).quantiles(x -> x, RANKS).clampedTo(0, 2);
        assertThat(query.spending(0.75)).isInstanceOf(VectorRelease.Granted.class);
        assertThat(query.spending(0.5)).isEqualTo(new VectorRelease.Refused(0.5, 0.25));
        assertThat(budget.charged()).isEqualTo(new PrivacyEvent.PureDp(0.75));
    }

    @Test
    void quantiles_oddValues_countAsDeclared() {
        for (var oddity : new double[][] {
            {Double.NaN, 5}, {Double.POSITIVE_INFINITY, 10}, {Double.NEGATIVE_INFINITY, 0}, {-0.0, 0}, {1e308, 10}
        }) {
            double[] rows = new double[100];
            Arrays.fill(rows, oddity[0]);
            var query = Budgets.plenty(5)
                    .from(IntervalsTest.boxed(rows))
                    .quantiles(x -> x, 0.5)
                    .clampedTo(0, 10);
            assertThat(Budgets.values(query.spending(1e5))[0]).isCloseTo(oddity[1], within(1e-3));
        }
        var missing = Budgets.plenty(6)
                .from(List.of(Double.NaN))
                .quantiles(x -> x, 0.5)
                .clampedTo(0, 10)
                .missingAs(7);
        assertThat(Budgets.values(missing.gaussian(0.05))[0]).isCloseTo(7, within(1e-3));
    }

    /** A unit's rows move one node a level each: 4·rows in L1, 2·rows in L2, and a replaced one others besides. */
    @ParameterizedTest
    @CsvSource({"1, ADD_OR_REMOVE, 4, 2", "5, ADD_OR_REMOVE, 20, 10", "3, REPLACE_ONE, 24, 8.48528137423857"})
    void sensitivity_ofTheTree_isOfAllLevels(int rows, Neighbours neighbours, double l1, double l2) {
        Sensitivity sensitivity = RankTree.sensitivity(neighbours, rows);
        assertThat(sensitivity.l1()).isEqualTo(l1);
        assertThat(sensitivity.l2()).isCloseTo(l2, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, ADD_OR_REMOVE, 8", "3, ADD_OR_REMOVE, 24", "3, REPLACE_ONE, 48"})
    void quantiles_everyNode_hasTheNoiseItPaidFor(int rows, Neighbours neighbours, double scale) {
        VectorRelease release = PrivateRecords.of(new FreeBudget(7, neighbours), List.of(0.2))
                .boundedTo(1, rows)
                .quantiles(x -> x, 0.5)
                .clampedTo(0, 1)
                .spending(0.5);
        var estimate =
                (RankEstimate) ((VectorRelease.Granted) release).estimates().get(0);
        Sample.assertNoise(
                69_904, Sample.laplaceVariance(scale), nodes(estimate.tree()).iterator()::next);
    }

    @Test
    void quantiles_gaussian_everyNodeHasTheNoiseItPaidFor() {
        VectorRelease release = PrivateRecords.of(new FreeBudget(8, Neighbours.ADD_OR_REMOVE), List.<Double>of())
                .boundedTo(1, 5)
                .quantiles(x -> x, 0.5)
                .clampedTo(0, 1)
                .gaussian(3);
        var estimate =
                (RankEstimate) ((VectorRelease.Granted) release).estimates().get(0);
        Sample.assertNoise(69_904, 900, nodes(estimate.tree()).iterator()::next);
    }

    private static DoubleStream nodes(RankTree tree) {
        return Arrays.stream(tree.levels).flatMapToLong(Arrays::stream).asDoubleStream();
    }

    /** Seven draws, each with a weight: at a tail of 1e-3, 20,000 sums exceed the reach 45 times with probability 1e-5. */
    @Test
    void reachOfSum_boundsSums() {
        var bits = SeededBits.of(11);
        double[] weights = {1, 1, 1, 0.5, -0.5, -1, 0.25};
        double weight = Arrays.stream(weights).map(w -> w * w).sum();
        for (Noise noise : List.of(Noise.laplace(4, 1), Noise.gaussian(5, 1), Noise.laplace(0.2, 1))) {
            for (double tail : new double[] {0.25, 1e-3}) {
                double reach = noise.reachOfSum(weight, tail);
                long beyond = IntStream.range(0, 20_000)
                        .filter(i -> Arrays.stream(weights)
                                        .map(w -> w * noise.sample(bits))
                                        .sum()
                                > reach)
                        .count();
                assertThat(beyond).isLessThanOrEqualTo((long) (20_000 * tail + 5 * Math.sqrt(20_000 * tail)));
            }
        }
    }

    @Test
    void interval_holdsAtLeastAsOftenAsItSays() {
        double[] values = uniform(2_000);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        var query = Budgets.plenty(8)
                .from(IntervalsTest.boxed(values))
                .quantiles(x -> x, RANKS)
                .clampedTo(0, 100);
        int held = 0;
        double width = 0;
        for (int i = 0; i < 20; i++) {
            List<Estimate> estimates = ((VectorRelease.Granted) query.spending(1)).estimates();
            for (int j = 0; j < RANKS.length; j++) {
                Interval interval = estimates.get(j).interval(0.5);
                double truth = sorted[(int) (RANKS[j] * 2_000)];
                held += interval.lower() <= truth && truth <= interval.upper() ? 1 : 0;
                width += (interval.upper() - interval.lower()) / 100;
                assertThat(estimates.get(j).value()).isBetween(interval.lower(), interval.upper());
            }
        }
        // of 100, at confidence one half; Chernoff's bound makes it wider
        assertThat(held).isGreaterThan(75);
        assertThat(width).isBetween(1.0, 20.0);
    }

    @Test
    void interval_withoutNoise_isOnePart() {
        var tree = new RankTree(Clamp.missingAsMiddle(0, 65_536), Noise.laplace(1, 1000));
        for (int i = 0; i < 1000; i++) {
            tree.add(65.5 * i + 0.25);
        }
        tree.addNoise(SeededBits.of(9));
        Interval interval = tree.interval(0.5005, 0.05);
        assertThat(interval.lower()).isEqualTo(Math.floor(65.5 * 500 + 0.25));
        assertThat(interval.upper()).isEqualTo(interval.lower() + 1);
    }

    @Test
    void quantiles_badArguments_areNamed() {
        PrivateRecords<Double> records = Budgets.plenty(10).from(List.of(1.0));
        assertThatThrownBy(() -> records.quantiles(x -> x)).hasMessage("at least one rank is needed");
        assertThatThrownBy(() -> records.quantiles(x -> x, 0.5, 1.1)).hasMessage("a rank must be in [0, 1], got 1.1");
        assertThatThrownBy(() -> records.quantiles(x -> x, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> records.quantiles(x -> x, 0.5).spending(1))
                .hasMessage("clampedTo(lower, upper) is missing");
        assertThatThrownBy(() -> records.quantiles(x -> x, 0.5).missingAs(1)).isInstanceOf(IllegalStateException.class);
        QuantilesQuery query = records.quantiles(x -> x, 0.5).clampedTo(0, 1);
        assertThatThrownBy(() -> query.spending(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> query.gaussian(1e-4)).isInstanceOf(IllegalArgumentException.class);
    }

    private static double[] ask(long seed, double[] values, double epsilon) {
        return Budgets.values(Budgets.plenty(seed)
                .from(IntervalsTest.boxed(values))
                .quantiles(x -> x, RANKS)
                .clampedTo(0, 100)
                .spending(epsilon));
    }

    private static double[] uniform(int rows) {
        var random = new SplittableRandom(rows);
        return DoubleStream.generate(() -> random.nextDouble(100)).limit(rows).toArray();
    }
}
