package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.Composed;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.TruncatedPoissonSubsampledGaussian;
import java.util.List;
import org.junit.jupiter.api.Test;

class TradeOffTest {
    private final TradeOff pure = TradeOff.of(new PureDp(1).and(new PureDp(2)));

    /** dp_accounting, pld_privacy_accountant_test. */
    @Test
    void curve_twoPureReleases_hasThePublishedPoints() {
        assertThat(pure.truePositiveRate(0.1)).isCloseTo(0.8286, within(5e-5));
        assertThat(pure.gaussianMu()).isCloseTo(2.358, within(5e-4));
    }

    @Test
    void curve_gaussian_isTheGaussianOne() {
        var curve = TradeOff.of(new Gaussian(0.8));
        for (double alpha : new double[] {0.001, 0.1, 0.5, 0.9}) {
            // Φ(Φ⁻¹(1−α) − μ), the inner one by bisection
            double low = -10;
            double high = 10;
            while (high - low > 1e-13) {
                double middle = (low + high) / 2;
                if (NormalDistribution.cdf(middle) < 1 - alpha) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            double exact = NormalDistribution.cdf(low - 1.25);
            assertThat(curve.falseNegativeRate(alpha)).isBetween(exact - 1e-7, exact + 1e-12);
        }
        assertThat(curve.gaussianMu()).isBetween(1.25 - 1e-9, 1.25 + 1e-5);
        assertThat(curve.falseNegativeRate(0)).isCloseTo(1, within(1e-12));
        assertThat(curve.falseNegativeRate(1)).isZero();
    }

    /** Opacus, accountants_test: the central limit theorem puts μ where ε is 6.59 to 6.60; that is not a bound. */
    @Test
    void gaussianMu_manySteps_isAboveTheCentralLimit() {
        double rate = 0.04;
        double sigma = 1.5;
        double limit = rate * Math.sqrt(2249 * Math.expm1(1 / sigma / sigma));
        assertThat(AnalyticGaussian.epsilon(1 / limit, 1, 1e-5)).isBetween(6.59, 6.60);
        double mu = TradeOff.of(new PoissonSubsampledGaussian(rate, sigma).times(2249))
                .gaussianMu();
        assertThat(mu).isBetween(limit, 1.2 * limit);
        assertThat(AnalyticGaussian.epsilon(1 / mu, 1, 1e-5)).isGreaterThan(6.767051);
    }

    @Test
    void attacks_pureRelease_areBoundedByBayes() {
        var one = TradeOff.of(new PureDp(Math.log(3)));
        assertThat(one.balancedAccuracy()).isCloseTo(0.75, within(1e-4));
        assertThat(one.posterior(0.5, 0.01)).isCloseTo(0.75, within(1e-4));
        assertThat(one.posterior(0.1, 0.01)).isCloseTo(0.3 / 1.2, within(1e-4));
        assertThat(one.accuracy(0.1)).isCloseTo(0.9, within(1e-12));
        assertThat(one.accuracy(0.9)).isCloseTo(0.9, within(1e-12));
        assertThat(one.accuracy(0)).isEqualTo(1);
        assertThat(one.posterior(0, 0.5)).isZero();
        assertThat(one.posterior(1, 0.5)).isEqualTo(1);
    }

    @Test
    void inWords_tellsWhatAnAttackCanDo() {
        assertThat(pure.inWords())
                .contains("guesses right whether one person's data were used in at most 88.1 of 100 cases")
                .contains("finds at most 20.1 of 100");
    }

    @Test
    void curve_nothingReleased_isBlindGuessing() {
        var nothing = TradeOff.of(new Composed(List.of()));
        assertThat(nothing.falseNegativeRate(0.3)).isEqualTo(0.7);
        assertThat(nothing.balancedAccuracy()).isEqualTo(0.5);
        assertThat(nothing.gaussianMu()).isZero();
        assertThat(nothing.posterior(0.2, 0.5)).isCloseTo(0.2, within(1e-15));
    }

    @Test
    void curve_ownDelta_isNoGaussian() {
        var curve = TradeOff.of(new ApproximateDp(1, 0.1));
        assertThat(curve.gaussianMu()).isInfinite();
        assertThat(curve.truePositiveRate(0)).isCloseTo(0.1, within(1e-9));
        var capped = TradeOff.of(new TruncatedPoissonSubsampledGaussian(0.5, 6, 10, 3));
        var free = TradeOff.of(new PoissonSubsampledGaussian(0.5, 3));
        double tau = new TruncatedPoissonSubsampledGaussian(0.5, 6, 10, 3).truncation();
        assertThat(capped.balancedAccuracy()).isCloseTo(free.balancedAccuracy() + tau / 2, within(1e-9));
    }

    @Test
    void curve_noPromiseAtAll_boundsNothing() {
        var none = TradeOff.of(new Gaussian(1e-4));
        assertThat(none.truePositiveRate(0)).isEqualTo(1);
        assertThat(none.balancedAccuracy()).isEqualTo(1);
    }

    @Test
    void arguments_bad_areNamed() {
        assertThatThrownBy(() -> pure.falseNegativeRate(-0.1))
                .hasMessage("falsePositiveRate must be in [0, 1], got -0.1");
        assertThatThrownBy(() -> pure.truePositiveRate(Double.NaN))
                .hasMessage("falsePositiveRate must be in [0, 1], got NaN");
        assertThatThrownBy(() -> pure.accuracy(2)).hasMessage("prior must be in [0, 1], got 2.0");
        assertThatThrownBy(() -> pure.posterior(2, 0.5)).hasMessage("prior must be in [0, 1], got 2.0");
        assertThatThrownBy(() -> pure.posterior(0.5, 0)).hasMessage("falsePositiveRate must be in (0, 1], got 0.0");
    }
}
