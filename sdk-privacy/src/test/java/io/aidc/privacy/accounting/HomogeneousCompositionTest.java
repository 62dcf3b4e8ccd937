package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HomogeneousCompositionTest {
    @Test
    void basic_sums() {
        assertThat(HomogeneousComposition.of(0.25, 1e-3, 8).basic())
                .isEqualTo(new EpsilonBound(2, 8e-3, Conversion.BASIC_COMPOSITION));
    }

    /** Dwork, Roth 2014, after Corollary 3.21: ε₀ = ε/(2√(2k·ln(1/δ′))) is enough for ε < 1. */
    @Test
    void advanced_corollary_holds() {
        double each = 0.5 / (2 * Math.sqrt(2 * 1000 * Math.log(1e6)));
        EpsilonBound bound = HomogeneousComposition.of(each, 1e-12, 1000).advanced(1e-6);
        assertThat(bound.epsilon()).isLessThan(0.5);
        assertThat(bound.delta()).isCloseTo(1e-6 + 1e-9, within(1e-18));
    }

    /** The optimal theorem gives corners of the curve that loss distributions follow. */
    @ParameterizedTest
    @CsvSource({"0.1, 1e-7, 100, 2e-5", "0.5, 1e-9, 7, 1e-4", "1, 0.01, 3, 0.05", "0.02, 1e-10, 5000, 1e-6"})
    void optimal_anyComposition_isTheNextCornerOfTheExactCurve(double epsilon, double delta, long times, double total) {
        double optimal =
                HomogeneousComposition.of(epsilon, delta, times).optimal(total).epsilon();
        EpsilonInterval exact =
                PldAccountant.of(new ApproximateDp(epsilon, delta).times(times)).epsilon(total);
        assertThat(optimal).isBetween(exact.optimistic() - 1e-9, exact.pessimistic() + 2 * epsilon);
    }

    @Test
    void optimal_deltaSpentAlready_isInfinite() {
        assertThat(HomogeneousComposition.of(1, 0.1, 10).optimal(0.6).epsilon()).isInfinite();
        assertThat(HomogeneousComposition.of(1, 0, 1).optimal(1e-9))
                .isEqualTo(new EpsilonBound(1, 1e-9, Conversion.OPTIMAL_KOV_2015));
    }

    @Test
    void arguments_bad_areNamed() {
        assertThatThrownBy(() -> HomogeneousComposition.of(0, 0, 1))
                .hasMessage("epsilon must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> HomogeneousComposition.of(1, 1, 1)).hasMessage("delta must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> HomogeneousComposition.of(1, 0, 0)).hasMessage("times must be in [1, 2^20], got 0");
        var one = HomogeneousComposition.of(1, 0, 1);
        assertThatThrownBy(() -> one.advanced(0)).hasMessage("delta must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> one.optimal(1)).hasMessage("delta must be in (0, 1), got 1.0");
    }
}
