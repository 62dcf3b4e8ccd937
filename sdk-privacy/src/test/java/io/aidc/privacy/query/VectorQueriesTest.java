package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.Neighbours;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Histogram, means and bounds. Seeds are fixed; tolerances are five standard errors. */
class VectorQueriesTest {
    private static final int RELEASES = 3000;
    private static final List<String> KEYS = List.of("red", "green", "blue");

    record Visit(int patient, String ward, double cost) {}

    @Test
    void histogram_publicKeys_allAppearInOrder() {
        PrivacyBudget budget = Budgets.plenty(1);
        var release = budget.from(List.of("green", "green", "pink"))
                .histogram(x -> x, KEYS)
                .spending(100);
        assertThat(release).isInstanceOf(HistogramRelease.Granted.class);
        Map<String, Long> counts = ((HistogramRelease.Granted<String>) release).counts();
        assertThat(counts).containsExactly(Map.entry("red", 0L), Map.entry("green", 2L), Map.entry("blue", 0L));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, ADD_OR_REMOVE, 2", "2, 3, ADD_OR_REMOVE, 12", "1, 3, REPLACE_ONE, 12", "9, 1, ADD_OR_REMOVE, 6"})
    void histogram_laplace_hasTheNoiseItPaidFor(int groups, int rows, Neighbours neighbours, double scale) {
        PrivacyBudget budget =
                Budgets.seeded(2).epsilon(1e9).neighbours(neighbours).build();
        var query = budget.from(List.<String>of()).boundedTo(groups, rows).histogram(x -> x, KEYS);
        assertNoise(
                IntStream.range(0, RELEASES)
                        .mapToObj(i -> toArray(query.spending(0.5)))
                        .toArray(double[][]::new),
                QueriesTest.discreteLaplaceVariance(scale),
                5.2);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, ADD_OR_REMOVE, 4", "2, 3, ADD_OR_REMOVE, 72", "1, 1, REPLACE_ONE, 8"})
    void histogram_gaussian_hasTheNoiseItPaidFor(int groups, int rows, Neighbours neighbours, double variance) {
        PrivacyBudget budget = Budgets.seeded(3)
                .epsilon(1e9)
                .delta(1e-6)
                .neighbours(neighbours)
                .build();
        var query = budget.from(List.<String>of()).boundedTo(groups, rows).histogram(x -> x, KEYS);
        assertNoise(
                IntStream.range(0, RELEASES)
                        .mapToObj(i -> toArray(query.gaussian(2)))
                        .toArray(double[][]::new),
                variance,
                2.1);
    }

    @Test
    void histogram_badKeys_areRefused() {
        PrivateRecords<String> records = Budgets.plenty(4).from(KEYS);
        assertThatThrownBy(() -> records.histogram(x -> x, List.of()))
                .hasMessage("public keys must be at least one and all different, got []");
        assertThatThrownBy(() -> records.histogram(x -> x, List.of("a", "a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Noise per column: multiplier · √(columns + 1) · half width, over the count; every column alike. */
    @ParameterizedTest
    @CsvSource({"ADD_OR_REMOVE, 2", "REPLACE_ONE, 3.4641016151377544"}) // √4 and 2·√3
    void means_everyColumn_hasTheNoiseItPaidFor(Neighbours neighbours, double norm) {
        PrivacyBudget budget = Budgets.seeded(5)
                .epsilon(1e9)
                .delta(1e-6)
                .neighbours(neighbours)
                .build();
        double[] middle = {5, 0, -1000};
        // many rows, so that a noised count is close to the count
        List<double[]> rows = Collections.nCopies(2000, middle);
        var query = budget.from(rows).means(row -> row).clampedTo(new double[] {0, -1, -2000}, new double[] {10, 1, 0});
        double[] halfWidths = {5, 1, 1000};
        double[][] noises = new double[RELEASES / 3][];
        for (int i = 0; i < noises.length; i++) {
            double[] means = Budgets.values(query.gaussian(2));
            noises[i] = IntStream.range(0, 3)
                    .mapToDouble(j -> (means[j] - middle[j]) / halfWidths[j] * 2000)
                    .toArray();
        }
        assertNoise(noises, 4 * norm * norm, 2.2);
    }

    @Test
    void means_littleNoise_areTheMeans() {
        PrivacyBudget budget = Budgets.plenty(6);
        List<double[]> rows = List.of(new double[] {1, 10}, new double[] {3, Double.NaN}, new double[] {99, 50});
        double[] means = Budgets.values(budget.from(rows)
                .means(row -> row)
                .clampedTo(new double[] {0, 0}, new double[] {5, 40})
                .gaussian(0.001));
        // 99 counts as 5, NaN as 20, 50 as 40
        assertThat(means[0]).isCloseTo(3, within(0.05));
        assertThat(means[1]).isCloseTo(70.0 / 3, within(0.4));
    }

    @Test
    void means_thirtyColumns_costOneGaussian() {
        PrivacyBudget budget = PrivacyBudget.builder().epsilon(3).delta(1e-4).build();
        double[] zeros = new double[30];
        double[] ones = new double[30];
        Arrays.fill(ones, 1);
        VectorRelease release = budget.from(List.of(ones, zeros))
                .means(row -> row)
                .clampedTo(zeros, ones)
                .gaussian(8);
        assertThat(Budgets.values(release)).hasSize(30);
        assertThat(budget.charged()).isEqualTo(new io.aidc.privacy.accounting.PrivacyEvent.Gaussian(8));
    }

    @Test
    void means_badShapes_areNamed() {
        PrivacyBudget budget = Budgets.plenty(7);
        MeansQuery query = budget.from(List.of(new double[3])).means(row -> row);
        assertThatThrownBy(() -> query.gaussian(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("clampedTo(lower, upper) is missing");
        assertThatThrownBy(() -> query.clampedTo(new double[1], new double[2]))
                .hasMessage("lower and upper must have one bound a column, got 1 and 2");
        assertThatThrownBy(() -> query.clampedTo(new double[0], new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        query.clampedTo(new double[2], new double[] {1, 1}).gaussian(1))
                .hasMessage("a row has 3 values, expected 2");
        assertThatThrownBy(() -> budget.from(List.of(new double[3]))
                        .bounds(2, row -> row)
                        .gaussian(1))
                .hasMessage("a row has 3 values, expected 2");
        assertThatThrownBy(() -> budget.from(List.of()).bounds(0, row -> new double[0]))
                .hasMessage("columns must be >= 1, got 0");
    }

    @Test
    void bounds_columnsOfManyMagnitudes_encloseTheBulk() {
        PrivacyBudget budget = Budgets.plenty(8);
        List<double[]> rows = IntStream.range(0, 2000)
                .mapToObj(i -> new double[] {
                    1 + i % 7, 0.001 * (1 + i % 3), -500 - i % 500, i % 2 == 0 ? -3 : 12, 0, i == 0 ? 1e12 : 5
                })
                .toList();
        var bounds =
                (BoundsRelease.Granted) budget.from(rows).bounds(6, row -> row).gaussian(4);
        assertThat(bounds.lower()).containsExactly(1, 0x1p-10, -1024, -4, -0x1p-32, 4);
        assertThat(bounds.upper()).containsExactly(8, 0x1p-8, -256, 16, 0x1p-32, 8);
    }

    /** One unit is in one bin of every column, with each of its rows. */
    @ParameterizedTest
    @CsvSource({"1, 1, ADD_OR_REMOVE, 4", "9, 1, ADD_OR_REMOVE, 12", "9, 5, ADD_OR_REMOVE, 60", "8, 5, REPLACE_ONE, 80"
    })
    void bounds_noise_isOfTheWholeVectorsSensitivity(int columns, int rows, Neighbours neighbours, double sigma) {
        var noise =
                (Noise.Gaussian) Price.noiseMultiplier(4).noise(BoundsSearch.sensitivity(neighbours, columns, rows));
        assertThat(noise.standardDeviation()).isBetween(sigma, sigma * (1 + 1e-6));
    }

    @Test
    void bounds_nothingToFind_areStillBounds() {
        PrivacyBudget budget = Budgets.plenty(9);
        List<double[]> rows = List.of(new double[] {Double.NaN}, new double[] {Double.POSITIVE_INFINITY});
        Set<Double> found = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            var bounds = (BoundsRelease.Granted)
                    budget.from(rows).bounds(1, row -> row).gaussian(3);
            assertThat(bounds.lower()[0]).isLessThan(bounds.upper()[0]);
            found.add(bounds.lower()[0]);
        }
        // the noise decides
        assertThat(found).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @CsvSource({"0", "1e-300", "1", "1.999", "2", "3e-10", "1e30", "Infinity", "5e18"})
    void bounds_bins_encloseTheirValues(double value) {
        for (double signed : new double[] {value, -value}) {
            int bin = BoundsSearch.bin(signed);
            double reach = Math.min(Math.max(signed, -0x1p63), 0x1p63);
            assertThat(reach).isBetween(BoundsSearch.edge(bin), BoundsSearch.edge(bin + 1));
        }
    }

    @Test
    void unit_manyRows_countOnceEach() {
        PrivacyBudget budget = Budgets.plenty(10);
        List<Visit> visits = IntStream.range(0, 1000)
                .mapToObj(i -> new Visit(i % 10, i % 20 < 10 ? "red" : "blue", 100))
                .toList();
        PrivateRecords<Visit> patients = budget.from(visits).unit(Visit::patient);
        assertThat(Budgets.value(patients.count().spending(1e4))).isEqualTo(10);
        assertThat(Budgets.value(patients.boundedTo(1, 3).count().spending(1e4)))
                .isEqualTo(30);
        assertThat(Budgets.value(patients.boundedTo(1, 2)
                        .sum(Visit::cost)
                        .clampedTo(0, 50)
                        .spending(1e5)))
                .isCloseTo(1000, within(0.1));
        assertThat(toArray(patients.boundedTo(2, 4).histogram(Visit::ward, KEYS).spending(1e4)))
                .containsExactly(40, 0, 40);
        double[] oneGroupEach =
                toArray(patients.boundedTo(1, 4).histogram(Visit::ward, KEYS).spending(1e4));
        assertThat(oneGroupEach[0] + oneGroupEach[2]).isEqualTo(40);
        assertThat(oneGroupEach[1]).isZero();
    }

    /** One patient with two values: which one counts is a fair choice. */
    @Test
    void unit_tooManyRows_keepsAFairChoice() {
        PrivacyBudget budget = Budgets.plenty(11);
        List<Visit> visits = List.of(new Visit(1, "red", 0), new Visit(1, "blue", 1), new Visit(1, "green", 0));
        PrivateRecords<Visit> patients = budget.from(visits).unit(Visit::patient);
        double sum = 0;
        for (int i = 0; i < 3000; i++) {
            sum += Budgets.value(patients.sum(Visit::cost).clampedTo(0, 1).spending(1e4));
        }
        assertThat(sum / 3000).isCloseTo(1.0 / 3, within(5 * Math.sqrt(2.0 / 9 / 3000)));
    }

    @Test
    void unit_equalKeys_areOneUnit() {
        PrivateRecords<Integer> records = Budgets.plenty(12).from(List.of(1, 2, 3));
        assertThat(Budgets.value(records.unit(x -> Optional.empty()).count().spending(1e4)))
                .isEqualTo(1);
    }

    @Test
    void boundedTo_outOfRange_isNamed() {
        PrivateRecords<Integer> records = Budgets.plenty(13).from(List.of(1));
        assertThatThrownBy(() -> records.boundedTo(0, 1)).hasMessage("groups must be in 1 to 1000000, got 0");
        assertThatThrownBy(() -> records.boundedTo(1, -1)).hasMessage("rowsPerGroup must be in 1 to 1000000, got -1");
    }

    @Test
    void bounds_arrays_areCopiedAndCompared() {
        var bounds = new BoundsRelease.Granted(new double[] {1}, new double[] {2}, 0.5);
        bounds.lower()[0] = 7;
        bounds.upper()[0] = 7;
        assertThat(bounds)
                .isEqualTo(new BoundsRelease.Granted(new double[] {1}, new double[] {2}, 0.5))
                .hasSameHashCodeAs(new BoundsRelease.Granted(new double[] {1}, new double[] {2}, 0.5))
                .hasToString("Granted[lower=[1.0], upper=[2.0], epsilonSpent=0.5]");
    }

    private static double[] toArray(HistogramRelease<String> release) {
        return ((HistogramRelease.Granted<String>) release)
                .counts().values().stream().mapToDouble(Long::doubleValue).toArray();
    }

    /** Checks every coordinate on its own. */
    private static void assertNoise(double[][] noises, double variance, double spread) {
        for (int j = 0; j < noises[0].length; j++) {
            int column = j;
            double mean = Arrays.stream(noises)
                    .mapToDouble(noise -> noise[column])
                    .average()
                    .orElseThrow();
            double square = Arrays.stream(noises)
                    .mapToDouble(noise -> noise[column] * noise[column])
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(0, within(5 * Math.sqrt(variance / noises.length)));
            assertThat(square / variance).isCloseTo(1, within(5 * Math.sqrt(spread / noises.length)));
        }
    }
}
