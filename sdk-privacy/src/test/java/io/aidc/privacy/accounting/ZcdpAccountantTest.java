package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.Composed;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.ZeroConcentrated;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZcdpAccountantTest {
    /** OpenDP's and Google's GaussianNoiseTest: σ = Δ/√(2ρ). */
    @ParameterizedTest
    @CsvSource({"1, 1, 0.7071067811865475", "3, 1, 2.1213203435596424", "10, 8, 2.5"})
    void rho_gaussian_isThePublishedValue(double sensitivity, double rho, double sigma) {
        assertThat(ZcdpAccountant.of(new Gaussian(sigma / sensitivity)).rho()).isCloseTo(rho, within(1e-14));
    }

    @Test
    void rho_everyKnownEvent_addsUp() {
        PrivacyEvent event = new Gaussian(2)
                .and(new DiscreteGaussian(6, 3))
                .and(new ZeroConcentrated(0.25).times(4))
                .and(new PureDp(0.5))
                .and(new Laplace(0.5))
                .and(new DiscreteLaplace(4, 2));
        assertThat(ZcdpAccountant.of(event).rho()).isCloseTo(2 * 0.125 + 1 + 3 * 0.125, within(1e-15));
    }

    /** No order on a fine grid does better, and the release's exact ε is not above. */
    @ParameterizedTest
    @CsvSource({"0.001, 1e-6", "0.125, 1e-5", "2, 1e-9", "50, 0.01", "0.0001, 0.3"})
    void epsilon_anyRho_isTheLeastOverOrders(double rho, double delta) {
        EpsilonBound answer = ZcdpAccountant.of(new ZeroConcentrated(rho)).epsilon(delta);
        double least = Double.POSITIVE_INFINITY;
        for (double order = 1.0001; order < 1e6; order = 1 + (order - 1) * 1.001) {
            least = Math.min(least, RdpConversion.IMPROVED_CKS_2020.epsilon(order, order * rho, delta));
        }
        assertThat(answer.epsilon()).isBetween(least * (1 - 1e-5), least * (1 + 1e-9));
        assertThat(answer.epsilon()).isGreaterThanOrEqualTo(AnalyticGaussian.epsilon(1 / Math.sqrt(2 * rho), 1, delta));
        assertThat(answer.conversion()).isEqualTo(Conversion.ZCDP_CKS_2020);
    }

    @Test
    void epsilon_nothingDone_isZero() {
        assertThat(ZcdpAccountant.of(new Composed(List.of())).epsilon(1e-6).epsilon())
                .isZero();
        assertThat(ZcdpAccountant.of(new Gaussian(1e-200)).epsilon(1e-6).epsilon())
                .isInfinite();
    }

    @Test
    void arguments_bad_areNamed() {
        assertThatThrownBy(() -> ZcdpAccountant.of(new PoissonSubsampledGaussian(0.1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no useful rho is known, use PldAccountant for PoissonSubsampledGaussian[");
        assertThatThrownBy(() -> ZcdpAccountant.of(new Gaussian(1)).epsilon(0))
                .hasMessage("delta must be in (0, 1), got 0.0");
    }
}
