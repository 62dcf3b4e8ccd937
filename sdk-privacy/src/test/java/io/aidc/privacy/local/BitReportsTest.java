package io.aidc.privacy.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.noise.RandomBits;
import io.aidc.privacy.noise.SeededBits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unary encoding and permanent responses. Seeds are fixed; tolerances are five standard errors. */
class BitReportsTest {

    /** In exact terms, p(1 − q)/((1 − p)q) of the doubles is e^ε within 1e-12 or less, never more. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.5, 1.0986122886681098, 2, 8, 20})
    void unary_epsilon_isNeverExceeded(double epsilon) {
        for (var encoding : List.of(UnaryEncoding.optimised(5, epsilon), UnaryEncoding.symmetric(5, epsilon))) {
            var p = new BigDecimal(encoding.own());
            var q = new BigDecimal(encoding.other());
            BigDecimal odds = p.multiply(BigDecimal.ONE.subtract(q))
                    .divide(BigDecimal.ONE.subtract(p).multiply(q), MathContext.DECIMAL128);
            assertThat(odds).isLessThan(new BigDecimal(Math.exp(epsilon)));
            assertThat(encoding.epsilon()).isCloseTo(epsilon, within(1e-10));
        }
        assertThat(UnaryEncoding.optimised(5, epsilon).own()).isEqualTo(0.5);
    }

    /** Wang et al. 2017: variance n·4e^ε/(e^ε − 1)² for a rare category, and n·e^(ε/2)/(e^(ε/2) − 1)². */
    @Test
    void unary_standardError_isThePublishedOne() {
        List<BitSet> reports = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            reports.add(new BitSet());
        }
        double e = Math.exp(2);
        assertThat(UnaryEncoding.optimised(3, 2).estimate(reports).standardErrors()[0])
                .isCloseTo(Math.sqrt(10_000 * 4 * e / ((e - 1) * (e - 1))), within(1e-6));
        double half = Math.exp(1);
        assertThat(UnaryEncoding.symmetric(3, 2).estimate(reports).standardErrors()[0])
                .isCloseTo(Math.sqrt(10_000 * half / ((half - 1) * (half - 1))), within(1e-6));
    }

    @Test
    void unary_estimate_isUnbiasedWithinItsError() {
        for (var encoding : List.of(UnaryEncoding.optimised(3, 1), UnaryEncoding.symmetric(3, 1))) {
            RandomBits bits = SeededBits.of(1);
            assertUnbiased(answer -> encoding.report(answer, bits), encoding::estimate);
        }
    }

    @Test
    void rappor_estimate_isUnbiasedWithinItsError() {
        var rappor = Rappor.of(3, 0.5, 0.5, 0.75);
        RandomBits bits = SeededBits.of(2);
        assertUnbiased(answer -> rappor.report(rappor.permanent(answer, bits), bits), rappor::estimate);
    }

    /** The paper's own parameters: f = 1/2 is ln 9 for ever; q* = 0.6875 and p* = 0.5625. */
    @Test
    void rappor_epsilons_areThoseOfThePaper() {
        var rappor = Rappor.of(8, 0.5, 0.5, 0.75);
        assertThat(rappor.epsilonForever()).isCloseTo(2 * Math.log(3), within(1e-14));
        assertThat(rappor.epsilonOnce())
                .isCloseTo(Math.log(0.6875 * (1 - 0.5625) / (0.5625 * (1 - 0.6875))), within(1e-14));
        assertThat(rappor.epsilonOnce()).isLessThan(rappor.epsilonForever());
    }

    /** All that ever comes of one answer: the frequencies of permanent bits, whose odds are within e^(ε/2) each. */
    @Test
    void rappor_permanentBits_haveTheirProbabilities() {
        var rappor = Rappor.of(2, 0.4, 0.1, 0.9);
        RandomBits bits = SeededBits.of(3);
        int own = 0;
        int other = 0;
        for (int i = 0; i < 40_000; i++) {
            BitSet permanent = rappor.permanent(1, bits);
            own += permanent.get(1) ? 1 : 0;
            other += permanent.get(0) ? 1 : 0;
        }
        assertThat(own / 4e4).isCloseTo(0.8, within(5 * Math.sqrt(0.16 / 4e4)));
        assertThat(other / 4e4).isCloseTo(0.2, within(5 * Math.sqrt(0.16 / 4e4)));
        var kept = new BitSet();
        kept.set(0);
        int set = 0;
        int clear = 0;
        for (int i = 0; i < 40_000; i++) {
            BitSet report = rappor.report(kept, bits);
            set += report.get(0) ? 1 : 0;
            clear += report.get(1) ? 1 : 0;
        }
        assertThat(set / 4e4).isCloseTo(0.9, within(5 * Math.sqrt(0.09 / 4e4)));
        assertThat(clear / 4e4).isCloseTo(0.1, within(5 * Math.sqrt(0.09 / 4e4)));
        assertThat(kept.cardinality()).isEqualTo(1);
    }

    @Test
    void arguments_outOfRange_areNamed() {
        RandomBits bits = SeededBits.of(4);
        assertThatThrownBy(() -> UnaryEncoding.optimised(1, 1)).hasMessage("categories must be in 2 to 1048576, got 1");
        assertThatThrownBy(() -> UnaryEncoding.optimised(2, -1)).hasMessage("epsilon must be > 0 and finite, got -1.0");
        assertThatThrownBy(() -> UnaryEncoding.symmetric(2, Double.POSITIVE_INFINITY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnaryEncoding.symmetric(2, 1e-300)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UnaryEncoding.optimised(2, 1e-300)).isInstanceOf(IllegalArgumentException.class);
        var encoding = UnaryEncoding.symmetric(2, 1);
        assertThatThrownBy(() -> encoding.report(2, bits)).hasMessage("the answer must be in 0 to 1");
        var long3 = new BitSet();
        long3.set(2);
        assertThatThrownBy(() -> encoding.estimate(List.of(long3)))
                .hasMessage("a report must have at most 2 bits, got 3");
        assertThatThrownBy(() -> Rappor.of(2, 0, 0.5, 0.75)).hasMessage("f must be in (0.0, 1.0), got 0.0");
        assertThatThrownBy(() -> Rappor.of(2, 0.5, 1, 0.75)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Rappor.of(2, 0.5, 0.5, Math.nextUp(0.5)))
                .hasMessage("q must be farther above p = 0.5, got 0.5000000000000001");
        assertThatThrownBy(() -> Rappor.of(2, 0.5, 0.5, 0.5)).hasMessage("q must be in (0.5, 1.0), got 0.5");
        assertThatThrownBy(() -> Rappor.of(0, 0.5, 0.5, 0.75)).isInstanceOf(IllegalArgumentException.class);
        var rappor = Rappor.of(2, 0.5, 0.5, 0.75);
        assertThatThrownBy(() -> rappor.report(long3, bits)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rappor.permanent(-1, bits)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> rappor.estimate(List.of(long3))).isInstanceOf(IllegalArgumentException.class);
        assertThat(encoding.estimate(List.of()).counts()).containsExactly(0, 0);
    }

    private static void assertUnbiased(IntFunction<BitSet> report, Function<List<BitSet>, Frequencies> estimate) {
        double[] sums = new double[3];
        double[] squares = new double[3];
        double[] errors = new double[3];
        int[] truth = {500, 150, 0};
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            List<BitSet> reports = new ArrayList<>();
            for (int i = 0; i < 650; i++) {
                reports.add(report.apply(i < 500 ? 0 : 1));
            }
            Frequencies found = estimate.apply(reports);
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
}
