package io.aidc.privacy.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.noise.SeededBits;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The optimal rule of choosing groups. */
class PartitionSelectionTest {

    /** Published: Google's PreAggSelectPartitionTest. */
    @Test
    void probability_publishedCase_isThat() {
        var selection = new PartitionSelection(Math.log(2), 0.1, 1);
        double[] published = {0, 0.1, 0.3, 0.7, 0.9, 1};
        for (int n = 0; n < published.length; n++) {
            assertThat(selection.probability(n)).isCloseTo(published[n], within(3e-15));
        }
        assertThat(selection.probability(1_000_000)).isCloseTo(1, within(3e-15));
    }

    /** Desfontaines et al. 2022, Theorem 1, in closed form. */
    @ParameterizedTest
    @CsvSource({"1, 1e-5", "0.1, 1e-3", "3, 1e-9", "0.01, 1e-6", "5, 0.2"})
    void probability_closedForm_isTheSame(double epsilon, double delta) {
        var selection = new PartitionSelection(epsilon, delta, 1);
        double e = Math.exp(epsilon);
        double rise = Math.expm1(epsilon);
        long turn = 1 + (long) Math.floor(Math.log((rise + 2 * delta) / ((e + 1) * delta)) / epsilon);
        double atTurn = Math.expm1(turn * epsilon) / rise * delta;
        for (long n = 0; n < 3000; n++) {
            long past = n - turn;
            double expected = past <= 0
                    ? Math.expm1(n * epsilon) / rise * delta
                    : -Math.expm1(-past * epsilon) * (1 + delta / rise) + Math.exp(-past * epsilon) * atTurn;
            assertThat(selection.probability(n)).isCloseTo(Math.min(1, expected), within(1e-11));
        }
    }

    /** In exact arithmetic on the very doubles, with e^ε bounded from below by one with two ulps less. */
    @ParameterizedTest
    @CsvSource({
        "1, 1e-5, 1",
        "0.1, 1e-3, 4",
        "3, 1e-9, 1",
        "1e-4, 1e-3, 2",
        "0.6931471805599453, 0.1, 1",
        "800, 1e-17, 1"
    })
    void probability_neighbours_keepTheInequalitiesExactly(double epsilon, double delta, int preThreshold) {
        var selection = new PartitionSelection(epsilon, delta, preThreshold);
        var odds = new BigDecimal(Math.exp(Math.min(epsilon, 700)) * (1 - 0x1p-51));
        var slack = new BigDecimal(delta);
        for (long n = 0; n < 2000; n++) {
            var less = new BigDecimal(selection.probability(n));
            var more = new BigDecimal(selection.probability(n + 1));
            assertThat(more).isGreaterThanOrEqualTo(less);
            assertThat(more).isLessThanOrEqualTo(odds.multiply(less).add(slack));
            BigDecimal hidden = BigDecimal.ONE.subtract(less);
            BigDecimal moreHidden = BigDecimal.ONE.subtract(more);
            assertThat(hidden.subtract(slack).divide(odds, MathContext.DECIMAL128))
                    .isLessThanOrEqualTo(moreHidden);
        }
    }

    @Test
    void probability_preThreshold_startsThere() {
        var plain = new PartitionSelection(1, 1e-3, 1);
        var late = new PartitionSelection(1, 1e-3, 5);
        LongStream.range(0, 5).forEach(n -> assertThat(late.probability(n)).isZero());
        LongStream.range(5, 40).forEach(n -> assertThat(late.probability(n)).isEqualTo(plain.probability(n - 4)));
    }

    /** 100,000 draws at a fixed seed, five standard errors. */
    @Test
    void keeps_threeUnits_asOftenAsItShould() {
        var selection = new PartitionSelection(Math.log(2), 0.1, 1);
        var bits = SeededBits.of(1);
        long kept = LongStream.range(0, 100_000)
                .filter(i -> selection.keeps(3, bits))
                .count();
        assertThat(kept / 1e5).isCloseTo(0.7, within(5 * Math.sqrt(0.21 / 1e5)));
        assertThat(selection.keeps(0, bits)).isFalse();
    }
}
