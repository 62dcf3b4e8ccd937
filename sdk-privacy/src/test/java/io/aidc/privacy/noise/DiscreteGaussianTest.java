package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscreteGaussianTest {
    private static final int DRAWS = 400_000;

    static double pmf(long x, double variance) {
        double total = 0;
        for (long k = -2000; k <= 2000; k++) {
            total += Math.exp(-k * k / (2 * variance));
        }
        return Math.exp(-x * x / (2 * variance)) / total;
    }

    /** Series values from outside: the reference itself is right. */
    @ParameterizedTest
    @CsvSource({"0.5, NaN, 0.56413122621884207", "2, 1.9999999999999977, NaN", "4, 4, 0.19947114020071634"})
    void pmf_knownVariances_matchesKnownMoments(double parameter, double variance, double atZero) {
        double sum = 0;
        for (long x = -100; x <= 100; x++) {
            sum += x * x * pmf(x, parameter);
        }
        if (!Double.isNaN(variance)) {
            assertThat(sum).isCloseTo(variance, within(4e-15 * variance));
        }
        if (!Double.isNaN(atZero)) {
            assertThat(pmf(0, parameter)).isCloseTo(atZero, within(2e-15));
        }
    }

    /** False alarm 1e-6 for a random seed; the seed is fixed. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1, 2, 4, 5.3, 30.25, 900})
    void sample_variance_fitsTheExactDistribution(double variance) {
        Map<Long, Long> counts = draw(DiscreteGaussian.ofVariance(variance), 12);
        assertThat(ChiSquare.ratio(counts, DRAWS, pmfOf(variance))).isLessThan(1);
    }

    /** False alarm 1e-6 for a random seed; the seed is fixed. */
    @Test
    void sample_standardDeviation_fitsTheExactDistribution() {
        double sigma = 2.3;
        Map<Long, Long> counts = draw(DiscreteGaussian.ofStandardDeviation(sigma), 13);
        assertThat(ChiSquare.ratio(counts, DRAWS, pmfOf(sigma * sigma))).isLessThan(1);
    }

    /** The test above can fail: a variance off by 3 % is rejected. */
    @Test
    void sample_otherVariance_isRejectedByTheSameTest() {
        Map<Long, Long> counts = draw(DiscreteGaussian.ofVariance(4), 12);
        assertThat(ChiSquare.ratio(counts, DRAWS, pmfOf(4.12))).isGreaterThan(1);
    }

    /** Fixed seed; second and fourth moment within five standard errors. */
    @ParameterizedTest
    @ValueSource(doubles = {0x1p23, 0x1p24, 0x1.7p40, 0x1p50})
    void sample_largeScale_looksNormal(double sigma) {
        RandomBits bits = SeededBits.of(21);
        DiscreteGaussian gaussian = DiscreteGaussian.ofStandardDeviation(sigma);
        double second = 0;
        double fourth = 0;
        for (int i = 0; i < DRAWS; i++) {
            double value = gaussian.sample(bits) / sigma;
            second += value * value;
            fourth += value * value * value * value;
        }
        // standard errors √(2/n) and √(96/n), five of them
        assertThat(second / DRAWS).isCloseTo(1, within(5 * Math.sqrt(2.0 / DRAWS)));
        assertThat(fourth / DRAWS).isCloseTo(3, within(5 * Math.sqrt(96.0 / DRAWS)));
    }

    @Test
    void ofStandardDeviation_any_isRoundedUpAndBarely() {
        for (double sigma : new double[] {0x1p-10, 0.03, 0.9, 1.1, 77.7, 1e5, 0x1p24 - 0.5, 0x1p24 + 0.5, 1e12 + 0.5}) {
            double used = DiscreteGaussian.ofStandardDeviation(sigma).standardDeviation();
            assertThat(used).isGreaterThanOrEqualTo(sigma).isLessThan(sigma * (1 + 0x1p-23));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-4, 0x1p51, Double.NaN, Double.POSITIVE_INFINITY})
    void of_outOfRange_isNamed(double value) {
        assertThatThrownBy(() -> DiscreteGaussian.ofStandardDeviation(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("standardDeviation must be in [")
                .hasMessageEndingWith("got " + value);
        assertThatThrownBy(() -> DiscreteGaussian.ofVariance(value == 1e-4 ? 1e-9 : value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("variance must be in [");
    }

    private static java.util.function.LongToDoubleFunction pmfOf(double variance) {
        double atZero = pmf(0, variance);
        return x -> atZero * Math.exp(-x * x / (2 * variance));
    }

    private static Map<Long, Long> draw(DiscreteGaussian gaussian, long seed) {
        RandomBits bits = SeededBits.of(seed);
        Map<Long, Long> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(gaussian.sample(bits), 1L, Long::sum);
        }
        return counts;
    }
}
