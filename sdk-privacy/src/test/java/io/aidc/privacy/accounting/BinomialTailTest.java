package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialTailTest {
    @ParameterizedTest
    @CsvSource({
        "10, 0.5, 7",
        "10, 0.5, 9",
        "16, 0.25, 4",
        "200, 0.25, 60",
        "2000, 0.125, 300",
        "2000, 0.0078125, 16",
        "30, 0.96875, 29"
    })
    void above_ordinaryArguments_isTheSumRoundedUp(int trials, double p, int threshold) {
        var context = new MathContext(60);
        BigDecimal chance = new BigDecimal(p);
        BigDecimal rest = BigDecimal.ONE.subtract(chance);
        BigDecimal binomial = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ZERO;
        for (int k = 0; k <= trials; k++) {
            if (k > threshold) {
                sum = sum.add(binomial.multiply(chance.pow(k, context), context)
                        .multiply(rest.pow(trials - k, context), context));
            }
            binomial = binomial.multiply(BigDecimal.valueOf(trials - k), context)
                    .divide(BigDecimal.valueOf(k + 1), context);
        }
        double exact = sum.doubleValue();
        assertThat(BinomialTail.above(trials, p, threshold)).isBetween(exact, exact * (1 + 1e-8));
    }

    @Test
    void above_limits_areExact() {
        assertThat(BinomialTail.above(10, 0.5, 10)).isZero();
        assertThat(BinomialTail.above(10, 0, 1)).isZero();
        // far below what a double can be, and yet not nothing
        assertThat(BinomialTail.above(60_000, 0.01, 5000)).isPositive();
        assertThat(BinomialTail.above(10, 1, 3)).isEqualTo(1);
        assertThat(BinomialTail.above(1000, 0.5, 400)).isEqualTo(1);
    }

    /** 20 standard deviations out: between the Gaussian rate of decay and Chernoff's bound. */
    @Test
    void above_manyTrials_isBelowChernoff() {
        long trials = 1_000_000_000_000L;
        double p = 1e-3;
        double mean = trials * p;
        double threshold = mean + 20 * Math.sqrt(mean);
        double q = threshold / trials;
        double chernoff = -trials * (q * Math.log(q / p) + (1 - q) * (Math.log1p(-q) - Math.log1p(-p)));
        double log = Math.log(BinomialTail.above(trials, p, (long) threshold));
        assertThat(log).isBetween(chernoff - 6, chernoff);
    }
}
