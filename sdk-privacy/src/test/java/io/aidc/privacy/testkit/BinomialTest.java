package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinomialTest {
    private static final MathContext DIGITS = new MathContext(50);

    @ParameterizedTest
    @CsvSource({
        "1, 0.5",
        "2, 0.3",
        "7, 0.01",
        "10, 0.999",
        "15, 0.5",
        "16, 0.5",
        "17, 0.25",
        "100, 0.0009765625",
        "100, 0.75",
        "300, 0.5",
        "500, 0.9",
        "1000, 0.03"
    })
    void tails_everyCount_matchFiftyDigits(int trials, double success) {
        var ours = new Binomial(trials, success, 1 - success);
        BigDecimal p = new BigDecimal(success);
        BigDecimal q = new BigDecimal(1 - success);
        BigDecimal tail = BigDecimal.ZERO;
        BigInteger ways = BigInteger.ONE;
        for (int k = trials; k >= 0; k--) {
            BigDecimal one =
                    new BigDecimal(ways).multiply(p.pow(k, DIGITS), DIGITS).multiply(q.pow(trials - k, DIGITS), DIGITS);
            tail = tail.add(one, DIGITS);
            double expected = tail.doubleValue();
            if (expected > 1e-300) {
                assertThat(ours.atLeast(k)).as("at least %s", k).isCloseTo(expected, within(1e-12 * expected));
            }
            if (one.doubleValue() > 1e-300) {
                assertThat(Math.exp(ours.logProbability(k)))
                        .as("exactly %s", k)
                        .isCloseTo(one.doubleValue(), within(1e-12 * one.doubleValue()));
            }
            ways = ways.multiply(BigInteger.valueOf(k)).divide(BigInteger.valueOf(trials - k + 1L));
        }
    }

    @Test
    void atLeast_beyondTheEnds_isCertainOrImpossible() {
        var fair = new Binomial(10, 0.5, 0.5);
        assertThat(fair.atLeast(0)).isEqualTo(1);
        assertThat(fair.atLeast(-3)).isEqualTo(1);
        assertThat(fair.atLeast(11)).isZero();
    }

    @Test
    void atLeast_certainOrImpossibleTrials_isExact() {
        assertThat(new Binomial(10, 0, 1).atLeast(1)).isZero();
        assertThat(new Binomial(10, 1, 0).atLeast(10)).isEqualTo(1);
    }

    @Test
    void atLeast_success1e300_keepsRelativeAccuracy() {
        double tiny = 1e-300;
        assertThat(new Binomial(1000, tiny, 1).atLeast(1) / 1e-297).isCloseTo(1, within(1e-12));
        // 1 − p is 1 as a double: only the complement carries the digits
        assertThat(-new Binomial(1000, 1 - 1e-30, 1e-30).logProbability(1000)).isCloseTo(1e-27, within(1e-38));
    }

    @Test
    void atLeast_aBillionTrials_isHalfAtTheMiddle() {
        // half of the middle term, 1/√(2πn/4), is what is missing to 1/2
        double middle = 1 / Math.sqrt(Math.PI * 1e9 / 2);
        assertThat(new Binomial(1_000_000_000, 0.5, 0.5).atLeast(500_000_000))
                .isCloseTo(0.5 + middle / 2, within(1e-10));
    }

    @ParameterizedTest
    @CsvSource({
        "1e-300, -37.0471", "1e-20, -9.262340089798409", "1e-6, -4.753424308822899", "0.001, -3.090232306167813",
        "0.025, -1.9599639845400545", "0.2, -0.8416212335729142", "0.5, 0", "0.8, 0.8416212335729144",
        "0.975, 1.959963984540054"
    })
    void quantile_knownPoints_isExact(double p, double x) {
        assertThat(Normal.quantile(p)).isCloseTo(x, within(p < 1e-100 ? 1e-4 : 2e-14 * Math.max(1, Math.abs(x))));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-100, 1e-15, 1e-4, 0.02, 0.0228, 0.3, 0.499999, 0.5, 0.7, 0.999})
    void quantile_andCdf_areInverse(double p) {
        // ln Φ has slope |x| in the tail, so that rounding x costs x² ulps
        double x = Normal.quantile(p);
        assertThat(Normal.cdf(x)).isCloseTo(p, within(p * (2e-14 + 4e-16 * x * x)));
    }

    @Test
    void quantile_ends_areInfinite() {
        assertThat(Normal.quantile(0)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Normal.quantile(1)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Normal.cdf(Double.NEGATIVE_INFINITY)).isZero();
        assertThat(Normal.cdf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    }
}
