package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Budgets;
import io.aidc.privacy.PrivacyBudget;
import io.aidc.privacy.accounting.AnalyticGaussian;
import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Intervals of noise. Seeds are fixed. */
class IntervalsTest {

    /** The least reach by adding up the distribution term by term. */
    @ParameterizedTest
    @CsvSource({"0.3", "1", "2.5", "17", "60"})
    void reach_ofSmallLaplaceNoise_isTheLeast(double scale) {
        Noise laplace = Noise.laplace(scale, 1);
        for (double tail : new double[] {0.9, 0.5, 0.1, 0.05, 0.01, 1e-6}) {
            assertThat(laplace.reach(tail)).isEqualTo(slowReach(x -> -x / scale, tail));
        }
    }

    /** The least m with P(|Z| > (m + 1/2)/σ) at most the tail. */
    @ParameterizedTest
    @CsvSource({"0.01, 1e-6", "0.3, 0.1", "1, 0.9", "1, 0.5", "2.5, 0.05", "17, 0.01", "60, 1e-6"})
    void reach_ofSmallGaussianNoise_isTheLeastOfARoundedNormal(double sigma, double tail) {
        long reach = Noise.gaussian(sigma, 1).reach(tail);
        assertThat(beyondNormal((reach + 0.5) / sigma)).isLessThanOrEqualTo(tail);
        if (reach > 0) {
            assertThat(beyondNormal((reach - 0.5) / sigma)).isGreaterThan(tail);
        }
    }

    /** What δ at ε = 0 of Gaussian noise tells. */
    private static double beyondNormal(double t) {
        return 1 - AnalyticGaussian.delta(1, 2 * t, 0);
    }

    /** E e^(λX) of rounded noise, term by term, is within the bound that the reach of sums is made of. */
    @ParameterizedTest
    @CsvSource({"0.02", "0.1", "0.3", "0.5", "1", "3"})
    void reachOfSum_smallGaussianNoise_restsOnABoundThatHolds(double sigma) {
        for (double lambda = 0.01; lambda < 30; lambda *= 1.5) {
            double mean = beyondNormal(0.5 / sigma) <= 0 ? 1 : 1 - beyondNormal(0.5 / sigma);
            for (int x = 1; x < 200; x++) {
                double probability = (beyondNormal((x - 0.5) / sigma) - beyondNormal((x + 0.5) / sigma)) / 2;
                // differences of numbers near 1 round: what is below 1e-12 says nothing
                mean += probability < 1e-12 ? 0 : 2 * probability * Math.cosh(lambda * x);
            }
            double weight = 1;
            double reach = Noise.gaussian(sigma, 1).reachOfSum(weight, Math.exp(-weight / 2));
            assertThat(Math.log(mean)).isLessThanOrEqualTo(lambda * lambda * reach * reach / 2);
        }
    }

    /** The noise of counts is the Gaussian that is charged, rounded: P(0) of a lattice at σ = 0.5 would be 0.787. */
    @Test
    void sample_smallGaussianNoise_isARoundedNormal() {
        Noise noise = Noise.gaussian(0.5, 1);
        int zeros = 0;
        try (RandomBits bits = SeededBits.of(11)) {
            for (int i = 0; i < 100_000; i++) {
                zeros += noise.sample(bits) == 0 ? 1 : 0;
            }
        }
        // P(|Z| < 1) = 0.6827; 0.008 is more than five standard errors
        assertThat(zeros / 100_000.0).isCloseTo(0.6827, within(0.008));
    }

    /** 1.96 and 2.5758 standard deviations. */
    @Test
    void reach_ofLargeGaussianNoise_isThatOfANormal() {
        Noise noise = Noise.gaussian(0x1p40, 1);
        assertThat(noise.reach(0.05) / 0x1p40).isCloseTo(1.9599639845400545, within(1e-11));
        assertThat(noise.reach(0.01) / 0x1p40).isCloseTo(2.5758293035489004, within(1e-11));
        assertThat(noise.reach(1e-9) / 0x1p40).isCloseTo(6.109410204869, within(1e-6));
        assertThat(noise.reach(1e-300) / 0x1p40).isBetween(37.0, 38.0);
    }

    @Test
    void interval_ofACount_isCentredAndHoldsAsOftenAsItSays() {
        PrivacyBudget budget = Budgets.plenty(1);
        List<Integer> rows = Collections.nCopies(50, 1);
        var granted = (Release.Granted) budget.count(rows).spending(0.1);
        Interval interval = granted.interval(0.9);
        assertThat(granted.value() - interval.lower())
                .isEqualTo(interval.upper() - granted.value())
                .isEqualTo(23);
        assertCovers(0.9, 50, () -> (Release.Granted) budget.count(rows).spending(0.1));
        assertCovers(0.9, 50, () -> (Release.Granted) budget.count(rows).gaussian(7));
    }

    @Test
    void interval_ofASum_holdsAsOftenAsItSays() {
        PrivacyBudget budget = Budgets.plenty(2);
        double[] values = {1, 2, 3, 99};
        assertCovers(0.8, 16, () ->
                (Release.Granted) budget.sum(values).clampedTo(0, 10).spending(0.1));
        assertCovers(0.8, 16, () ->
                (Release.Granted) budget.sum(values).clampedTo(0, 10).gaussian(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100})
    void interval_ofAMeanAndAVariance_holdsAtLeastAsOftenAsItSays(int rows) {
        PrivacyBudget budget = Budgets.plenty(3);
        double[] values = IntStream.range(0, rows).mapToDouble(i -> i % 5).toArray();
        double mean = Arrays.stream(values).average().orElseThrow();
        double variance = Arrays.stream(values).map(x -> x * x).average().orElseThrow() - mean * mean;
        assertCoversAtLeast(0.9, mean, () ->
                (Release.Granted) budget.mean(values).clampedTo(0, 4).spending(0.5));
        assertCoversAtLeast(0.9, variance, () -> (Release.Granted)
                budget.from(boxed(values)).variance(x -> x).clampedTo(0, 4).spending(0.5));
        assertCoversAtLeast(0.9, variance, () -> (Release.Granted)
                budget.from(boxed(values)).variance(x -> x).clampedTo(0, 4).gaussian(2));
    }

    @Test
    void interval_ofManyRows_isNarrow() {
        PrivacyBudget budget = Budgets.plenty(4);
        double[] values = IntStream.range(0, 100_000).mapToDouble(i -> i % 5).toArray();
        Interval mean = ((Release.Granted) budget.mean(values).clampedTo(0, 4).spending(1)).interval(0.95);
        assertThat(mean.upper() - mean.lower()).isLessThan(0.001);
        Interval variance = ((Release.Granted) budget.from(boxed(values))
                        .variance(x -> x)
                        .clampedTo(0, 4)
                        .spending(1))
                .interval(0.95);
        assertThat(variance.upper() - variance.lower()).isLessThan(0.01);
        assertThat(variance.lower()).isLessThanOrEqualTo(2).isGreaterThan(1.9);
    }

    @Test
    void interval_badConfidence_isNamed() {
        PrivacyBudget budget = Budgets.plenty(5);
        for (double bad : new double[] {0, 1, -1, Double.NaN}) {
            for (Estimate estimate : List.of(
                    ((Release.Granted) budget.sum(1).clampedTo(0, 1).spending(1)).estimate(),
                    ((Release.Granted) budget.mean(1).clampedTo(0, 1).spending(1)).estimate(),
                    ((Release.Granted) budget.from(List.of(1.0))
                                    .variance(x -> x)
                                    .clampedTo(0, 1)
                                    .spending(1))
                            .estimate(),
                    ((VectorRelease.Granted) budget.from(List.of(1.0))
                                    .quantiles(x -> x, 0.5)
                                    .clampedTo(0, 1)
                                    .spending(1))
                            .estimates()
                            .get(0))) {
                assertThatThrownBy(() -> estimate.interval(bad)).hasMessage("confidence must be in (0, 1), got " + bad);
            }
        }
        assertThatThrownBy(() -> new Interval(2, 1)).hasMessage("lower must be <= upper, got [2.0, 1.0]");
    }

    static Iterable<Double> boxed(double... values) {
        return () -> Arrays.stream(values).iterator();
    }

    /** 4000 releases: five standard errors of the share, which integer noise may exceed by one step's probability. */
    private static void assertCovers(double confidence, double truth, Supplier<Release.Granted> release) {
        assertThat(covered(confidence, truth, release)).isBetween(confidence - 0.032, confidence + 0.032 + 0.06);
    }

    private static void assertCoversAtLeast(double confidence, double truth, Supplier<Release.Granted> release) {
        assertThat(covered(confidence, truth, release)).isGreaterThan(confidence - 0.032);
    }

    private static double covered(double confidence, double truth, Supplier<Release.Granted> release) {
        return IntStream.range(0, 4000)
                        .mapToObj(i -> release.get().interval(confidence))
                        .filter(interval -> interval.lower() <= truth && truth <= interval.upper())
                        .count()
                / 4000.0;
    }

    private static long slowReach(java.util.function.LongToDoubleFunction logWeight, double tail) {
        double total = 1;
        for (long x = 1; x < 10_000; x++) {
            total += 2 * Math.exp(logWeight.applyAsDouble(x));
        }
        long reach = 10_000;
        double beyond = 0;
        while (reach > 0 && beyond + 2 * Math.exp(logWeight.applyAsDouble(reach)) <= tail * total) {
            beyond += 2 * Math.exp(logWeight.applyAsDouble(reach));
            reach--;
        }
        return reach;
    }
}
