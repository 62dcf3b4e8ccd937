package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClopperPearsonTest {
    /** Quantiles of the beta distribution, from SciPy. */
    @ParameterizedTest
    @CsvSource({
        "5, 10, 0.05, 0.2224411010081294, 0.7775588989918706",
        "0, 500, 0.005, 0, 0.010540688188675817",
        "500, 500, 0.005, 0.9894593118113242, 1",
        "37, 1200, 0.01, 0.020377079168129565, 0.04451156212140278"
    })
    void bounds_knownCounts_areBetaQuantiles(long successes, long trials, double significance, double low, double up) {
        assertThat(ClopperPearson.lower(successes, trials, significance)).isCloseTo(low, within(1e-12));
        assertThat(ClopperPearson.upper(successes, trials, significance)).isCloseTo(up, within(1e-12));
    }

    @Test
    void bounds_limits_areClosedForms() {
        // all of n: p^n = α; none of n: (1 − p)^n = α
        assertThat(ClopperPearson.lower(1, 1, 0.25)).isCloseTo(0.25, within(1e-15));
        assertThat(ClopperPearson.lower(0, 7, 0.1)).isZero();
        assertThat(ClopperPearson.upper(7, 7, 0.1)).isEqualTo(1);
        assertThat(ClopperPearson.upper(0, 1_000_000, 1e-6) / -Math.expm1(Math.log(1e-6) / 1e6))
                .isCloseTo(1, within(1e-11));
    }

    /** The definition itself: for every probability the bound is too high with at most the stated chance, exactly. */
    @ParameterizedTest
    @CsvSource({"20, 0.1", "50, 0.01", "200, 0.05"})
    void bounds_everyProbability_failAsRarelyAsStated(int trials, double significance) {
        double[] lower = new double[trials + 1];
        double[] upper = new double[trials + 1];
        for (int k = 0; k <= trials; k++) {
            lower[k] = ClopperPearson.lower(k, trials, significance);
            upper[k] = ClopperPearson.upper(k, trials, significance);
        }
        for (int i = 1; i < 200; i++) {
            double p = i / 200.0;
            var counts = new Binomial(trials, p, 1 - p);
            double tooHigh = 0;
            double tooLow = 0;
            for (int k = 0; k <= trials; k++) {
                double chance = Math.exp(counts.logProbability(k));
                tooHigh += lower[k] > p ? chance : 0;
                tooLow += upper[k] < p ? chance : 0;
            }
            assertThat(tooHigh).isLessThanOrEqualTo(significance);
            assertThat(tooLow).isLessThanOrEqualTo(significance);
        }
    }

    /** TensorFlow Privacy, epsilon_lower_bound_test: published as 4.54, with α/2 for each rate. */
    @Test
    void epsilonLowerBound_perfectAttackOf500_isThePublishedValue() {
        var perfect = new AttackCounts(500, 500, 0, 500);
        assertThat(perfect.epsilonLowerBound(0.01, 0)).isCloseTo(4.5419158, within(5e-8));
        assertThat(perfect.epsilonCeiling(0.01, 0)).isEqualTo(perfect.epsilonLowerBound(0.01, 0));
    }

    @Test
    void epsilonLowerBound_yesAndNoExchanged_isTheSame() {
        // many false alarms, but "no" is nearly sure
        double ofNo = new AttackCounts(1000, 1000, 500, 1000).epsilonLowerBound(0.01, 0);
        assertThat(ofNo).isGreaterThan(3);
        assertThat(new AttackCounts(500, 1000, 0, 1000).epsilonLowerBound(0.01, 0))
                .isCloseTo(ofNo, within(1e-9));
    }

    @Test
    void epsilonLowerBound_delta_explainsSomeOfIt() {
        var counts = new AttackCounts(100, 1000, 0, 1000);
        double pure = counts.epsilonLowerBound(0.01, 0);
        assertThat(counts.epsilonLowerBound(0.01, 0.05)).isBetween(0.1, pure - 0.5);
        assertThat(counts.epsilonLowerBound(0.01, 0.2)).isZero();
    }

    @Test
    void epsilonLowerBound_uselessAttack_isZero() {
        assertThat(new AttackCounts(50, 100, 50, 100).epsilonLowerBound(0.5, 0)).isZero();
        assertThat(new AttackCounts(0, 1, 1, 1).epsilonLowerBound(0.05, 0)).isZero();
    }

    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> ClopperPearson.lower(0, 0, 0.1)).hasMessage("trials must be >= 1, got 0");
        assertThatThrownBy(() -> ClopperPearson.upper(3, 2, 0.1)).hasMessage("successes must be in 0 to 2, got 3");
        assertThatThrownBy(() -> ClopperPearson.lower(-1, 2, 0.1)).hasMessage("successes must be in 0 to 2, got -1");
        assertThatThrownBy(() -> ClopperPearson.lower(1, 2, Double.NaN))
                .hasMessage("significance must be in (0, 1), got NaN");
        assertThatThrownBy(() -> new AttackCounts(1, 0, 0, 1)).hasMessage("members must be >= 1, got 0");
        assertThatThrownBy(() -> new AttackCounts(2, 1, 0, 1)).hasMessage("truePositives must be in 0 to 1, got 2");
        assertThatThrownBy(() -> new AttackCounts(0, 1, 0, 0)).hasMessage("nonMembers must be >= 1, got 0");
        assertThatThrownBy(() -> new AttackCounts(0, 1, 2, 1)).hasMessage("falsePositives must be in 0 to 1, got 2");
        var counts = new AttackCounts(1, 1, 0, 1);
        assertThatThrownBy(() -> counts.epsilonLowerBound(1, 0)).hasMessage("significance must be in (0, 1), got 1.0");
        assertThatThrownBy(() -> counts.epsilonLowerBound(0.1, 1)).hasMessage("delta must be in [0, 1), got 1.0");
        assertThatThrownBy(() -> counts.epsilonCeiling(0, 0)).hasMessage("significance must be in (0, 1), got 0.0");
    }
}
