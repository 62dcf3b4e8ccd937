package io.aidc.privacy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Seeds are fixed; tolerances are five standard errors. */
class RandomizedResponseTest {

    /** Published: OpenDP's tests. */
    @Test
    void epsilon_publishedValues_areThose() {
        assertThat(RandomizedResponse.withTruth(2, 0.51).epsilon()).isCloseTo(0.0400053346136992, within(1e-14));
        assertThat(2 * RandomizedResponse.withTruth(2, 0.51).epsilon()).isCloseTo(0.0800106692273984, within(1e-14));
        assertThat(RandomizedResponse.withTruth(4, 0.75).epsilon()).isCloseTo(Math.log(9), within(1e-14));
    }

    /** In exact terms the odds p(c − 1)/(1 − p) of the double p, within 1e-6 of e^ε where doubles allow, never above. */
    @ParameterizedTest
    @CsvSource({"2, 1e-6", "2, 1", "4, 2.1972245773362196", "1048576, 3", "3, 20", "2, 36", "2, 1000"})
    void of_epsilon_isNeverExceeded(int categories, double epsilon) {
        var response = RandomizedResponse.of(categories, epsilon);
        var odds = new java.math.BigDecimal(response.truth())
                .multiply(java.math.BigDecimal.valueOf(categories - 1L))
                .divide(
                        java.math.BigDecimal.ONE.subtract(new java.math.BigDecimal(response.truth())),
                        java.math.MathContext.DECIMAL128);
        if (epsilon < 700) {
            assertThat(odds).isLessThan(new java.math.BigDecimal(Math.exp(epsilon)));
        }
        assertThat(response.epsilon()).isCloseTo(Math.min(epsilon, 34), within(Math.max(1e-6, epsilon - 34)));
    }

    @Test
    void report_everyAnswer_isTheTruthAsOftenAsSaid() {
        RandomBits bits = SeededBits.of(1);
        var response = RandomizedResponse.withTruth(4, 0.55);
        for (int answer = 0; answer < 4; answer++) {
            long[] votes = new long[4];
            for (int i = 0; i < 20_000; i++) {
                votes[response.report(answer, bits)]++;
            }
            for (int category = 0; category < 4; category++) {
                double expected = category == answer ? 0.55 : 0.15;
                assertThat(votes[category] / 20_000.0)
                        .isCloseTo(expected, within(5 * Math.sqrt(expected * (1 - expected) / 20_000)));
            }
        }
    }

    @Test
    void estimate_manyReports_isUnbiasedWithinItsError() {
        RandomBits bits = SeededBits.of(2);
        var response = RandomizedResponse.of(3, 1);
        double[] sums = new double[3];
        double[] squares = new double[3];
        double[] errors = new double[3];
        int[] truth = {1000, 300, 0};
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            int[] reports = IntStream.range(0, 1300)
                    .map(i -> response.report(i < 1000 ? 0 : 1, bits))
                    .toArray();
            Frequencies found = response.estimate(reports);
            for (int i = 0; i < 3; i++) {
                double off = found.counts()[i] - truth[i];
                sums[i] += off;
                squares[i] += off * off;
                errors[i] += found.standardErrors()[i] * found.standardErrors()[i];
            }
        }
        for (int i = 0; i < 3; i++) {
            double variance = squares[i] / rounds;
            assertThat(sums[i] / rounds).isCloseTo(0, within(5 * Math.sqrt(variance / rounds)));
            assertThat(errors[i] / rounds / variance).isCloseTo(1, within(5 * Math.sqrt(2.0 / rounds)));
        }
    }

    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> RandomizedResponse.of(1, 1)).hasMessage("categories must be in 2 to 1048576, got 1");
        assertThatThrownBy(() -> RandomizedResponse.of(2, 0)).hasMessage("epsilon must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> RandomizedResponse.of(2, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomizedResponse.of(2, 1e-300)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RandomizedResponse.withTruth(4, 0.25))
                .hasMessage("truth must be in (0.25, 1.0), got 0.25");
        assertThatThrownBy(() -> RandomizedResponse.withTruth(2, 1)).isInstanceOf(IllegalArgumentException.class);
        var response = RandomizedResponse.of(2, 1);
        RandomBits bits = SeededBits.of(3);
        // the secret answer is not repeated in the message
        assertThatThrownBy(() -> response.report(77, bits)).hasMessage("the answer must be in 0 to 1");
        assertThatThrownBy(() -> response.report(-1, bits)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> response.estimate(0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(response.estimate().counts()).containsExactly(0, 0);
    }

    @Test
    void frequencies_arrays_areCopiedAndCompared() {
        double[] counts = {1, 2};
        var frequencies = new Frequencies(counts, new double[] {0.5, 0.5});
        counts[0] = 9;
        frequencies.counts()[0] = 9;
        frequencies.standardErrors()[0] = 9;
        assertThat(frequencies)
                .isEqualTo(new Frequencies(new double[] {1, 2}, new double[] {0.5, 0.5}))
                .hasSameHashCodeAs(new Frequencies(new double[] {1, 2}, new double[] {0.5, 0.5}))
                .hasToString("Frequencies[counts=[1.0, 2.0], standardErrors=[0.5, 0.5]]");
        assertThatThrownBy(() -> new Frequencies(new double[1], new double[2]))
                .hasMessage("one standard error a count, got 2 and 1");
        assertThat(Arrays.stream(frequencies.counts()).sum()).isEqualTo(3);
    }
}
