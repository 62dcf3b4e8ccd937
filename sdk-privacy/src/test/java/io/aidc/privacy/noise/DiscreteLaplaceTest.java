package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscreteLaplaceTest {
    private static final int DRAWS = 400_000;

    static double pmf(long x, double scale) {
        double ratio = Math.exp(-1 / scale);
        return (1 - ratio) / (1 + ratio) * Math.pow(ratio, (double) Math.abs(x));
    }

    /** Series values from outside: the reference itself is right. */
    @Test
    void pmf_scaleOne_matchesKnownMoments() {
        double variance = 0;
        for (long x = -200; x <= 200; x++) {
            variance += x * x * pmf(x, 1);
        }
        assertThat(variance).isCloseTo(1.8413471884155845, within(1e-14));
        assertThat(pmf(0, 1)).isCloseTo(0.4621171572600098, within(1e-15));
    }

    /** False alarm 1e-6 for a random seed; the seed is fixed. */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 0.5, 1, 1.5, 2.75, 7.3, 40})
    void sample_manyDraws_fitTheExactDistribution(double scale) {
        Map<Long, Long> counts = draw(DiscreteLaplace.ofScale(scale), 11);
        assertThat(ChiSquare.ratio(counts, DRAWS, x -> pmf(x, scale))).isLessThan(1);
    }

    /** The test above can fail: a scale off by 3 % is rejected. */
    @Test
    void sample_otherScale_isRejectedByTheSameTest() {
        Map<Long, Long> counts = draw(DiscreteLaplace.ofScale(2.75), 11);
        assertThat(ChiSquare.ratio(counts, DRAWS, x -> pmf(x, 2.83))).isGreaterThan(1);
    }

    /** Fixed seed; variance 2b², its estimate has relative standard error √(5/n). */
    @ParameterizedTest
    @ValueSource(doubles = {1e6 + 0.3, 0x1p31, 0x1.8p41, 0x1p52})
    void sample_largeScale_hasItsVariance(double scale) {
        RandomBits bits = SeededBits.of(3);
        DiscreteLaplace laplace = DiscreteLaplace.ofScale(scale);
        double sum = 0;
        for (int i = 0; i < DRAWS; i++) {
            double value = laplace.sample(bits) / scale;
            sum += value * value;
        }
        assertThat(sum / DRAWS / 2).isCloseTo(1, within(5 * Math.sqrt(5.0 / DRAWS)));
    }

    @Test
    void ofScale_anyScale_isRoundedUpAndBarely() {
        for (double scale : new double[] {0x1p-20, 0.1, 1.0 / 3, 0.7, 3.3, 1e9 + 0.25, 1e12 + 0.5, 0x1p52}) {
            double used = DiscreteLaplace.ofScale(scale).scale();
            assertThat(used).isGreaterThanOrEqualTo(scale).isLessThan(scale * (1 + 0x1p-29));
        }
        assertThat(DiscreteLaplace.ofScale(3).scale()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1e-7, 0x1p53, Double.NaN, Double.POSITIVE_INFINITY})
    void ofScale_outOfRange_isNamed(double scale) {
        assertThatThrownBy(() -> DiscreteLaplace.ofScale(scale))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scale must be in [2^-20, 2^52], got " + scale);
    }

    private static Map<Long, Long> draw(DiscreteLaplace laplace, long seed) {
        RandomBits bits = SeededBits.of(seed);
        Map<Long, Long> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(laplace.sample(bits), 1L, Long::sum);
        }
        return counts;
    }
}
