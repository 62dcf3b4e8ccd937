package io.aidc.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.AnalyticGaussian;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryGuessesTest {
    @Test
    void bound_thousandOfAThousand_isExact() {
        OneRunBound bound = new CanaryGuesses(1000, 1000, 1000).bound(0.05, 0);
        assertThat(bound.epsilonLowerBound()).isCloseTo(5.809068339, within(5e-10));
        // q^1000 = .05 for q = e^ε/(1 + e^ε)
        double q = Math.pow(0.05, 1e-3);
        assertThat(bound.epsilonLowerBound()).isCloseTo(Math.log(q / (1 - q)), within(1e-11));
        assertThat(bound.epsilonCeiling()).isEqualTo(bound.epsilonLowerBound());
    }

    /** Results published with trained models, at δ = 1e-5: computed by the paper's own program, solved to about 1e-9. */
    @ParameterizedTest
    @CsvSource({
        "500, 100, 100, 0.05, 3.4791953936",
        "500, 100, 100, 0.01, 3.0231975541",
        "500, 100, 60, 0.05, 0.0507356105",
        "500, 35, 23, 0.05, 0.0145487199",
        "500, 25, 18, 0.05, 0.1466378700"
    })
    void bound_publishedAudits_isTheSame(int canaries, int guesses, int right, double significance, double epsilon) {
        assertThat(new CanaryGuesses(canaries, guesses, right)
                        .bound(significance, 1e-5)
                        .epsilonLowerBound())
                .isCloseTo(epsilon, within(3e-9));
    }

    /** The formula word by word, with probabilities from factorials. */
    @ParameterizedTest
    @CsvSource({"10, 10, 8, 0.5, 0.01", "40, 20, 20, 1, 0.001", "40, 20, 1, 0, 0.1", "30, 5, 0, 1, 0.1", "9, 9, 9, 3, 0"
    })
    void pValue_smallCounts_isTheFormula(int m, int r, int v, double epsilon, double delta) {
        double q = Math.exp(epsilon) / (1 + Math.exp(epsilon));
        double[] chance = new double[r + 1];
        for (int k = 0; k <= r; k++) {
            double ways = 1;
            for (int i = 0; i < k; i++) {
                ways = ways * (r - i) / (i + 1);
            }
            chance[k] = ways * Math.pow(q, k) * Math.pow(1 - q, r - k);
        }
        double beta = 0;
        for (int k = v; k <= r; k++) {
            beta += chance[k];
        }
        double alpha = 0;
        for (int i = 1; i <= v; i++) {
            double sum = 0;
            for (int u = v - i; u <= v - 1; u++) {
                sum += chance[u];
            }
            alpha = Math.max(alpha, sum / i);
        }
        assertThat(new CanaryGuesses(m, r, v).pValue(epsilon, delta))
                .isCloseTo(Math.min(1, beta + 2 * m * delta * alpha), within(1e-13));
    }

    @Test
    void pValue_manyCanaries_doesNotUnderflow() {
        // at ε = 0 half of 100 000 guesses are expected; δ alone explains the rest with chance about 4δ
        double value = new CanaryGuesses(100_000, 100_000, 100_000).pValue(0, 1e-4);
        assertThat(value).isBetween(3.9e-4, 4.1e-4);
    }

    @Test
    void pValue_hugeEpsilon_isOne() {
        assertThat(new CanaryGuesses(10, 10, 10).pValue(1e4, 0)).isEqualTo(1);
        assertThat(new CanaryGuesses(10, 10, 10).pValue(1e4, 0.5)).isEqualTo(1);
    }

    @Test
    void bound_halfRight_isZeroButSaysWhatWasPossible() {
        OneRunBound bound = new CanaryGuesses(100, 100, 50).bound(0.01, 1e-6);
        assertThat(bound.epsilonLowerBound()).isZero();
        assertThat(bound.epsilonCeiling()).isGreaterThan(3);
        assertThat(bound.refutes(0)).isFalse();
        assertThat(bound.verdict(1))
                .isEqualTo("Not refuted: epsilon 1.0 was claimed; epsilon is at least 0.0000 at delta 1.0E-6, 50 of 100"
                        + " guesses right, chance of a false alarm 0.01. At most 3.0543 could have been shown, and a low"
                        + " bound proves nothing.");
    }

    @Test
    void verdict_boundAboveClaim_refutes() {
        OneRunBound bound = new CanaryGuesses(1000, 1000, 1000).bound(0.05, 0);
        assertThat(bound.refutes(5.8)).isTrue();
        assertThat(bound.refutes(5.81)).isFalse();
        assertThat(bound.verdict(1))
                .isEqualTo("Refuted: epsilon 1.0 was claimed, but epsilon is at least 5.8091 at delta 0.0, 1000 of 1000"
                        + " guesses right, chance of a false alarm 0.05.");
    }

    /**
     * The algorithm of the paper in Python, which a linear program over all distributions of the number of right guesses
     * was seen to agree with to 1e-5.
     */
    @ParameterizedTest
    @CsvSource({
        "1000, 1000, 700, 0.05, 0.35721078659712985",
        "1000, 100, 95, 0.05, 0.7868118146841212",
        "1000, 1000, 1000, 0.05, 2.3680739004017326",
        "10000, 200, 199, 0.05, 1.0982310166281488",
        "500, 100, 60, 0.05, 0.01711960682824298",
        "100, 10, 10, 0.01, 0.20129980149617732"
    })
    void gaussianBound_knownCounts_isTheReference(
            int canaries, int guesses, int right, double significance, double mu) {
        GaussianBound bound = new CanaryGuesses(canaries, guesses, right).gaussianBound(significance, 1e-5);
        assertThat(bound.muLowerBound()).isCloseTo(mu, within(1e-9));
        assertThat(bound.epsilonLowerBound()).isEqualTo(AnalyticGaussian.epsilon(1 / bound.muLowerBound(), 1, 1e-5));
    }

    /**
     * Canaries on coordinates of their own, with noise of deviation 1/μ: each guess is right with chance Φ(μ/2),
     * independently. The chance of a bound above μ is then a binomial tail, computed here, not sampled.
     */
    @ParameterizedTest
    @CsvSource({"1, 0.5", "10, 1", "100, 0.3", "300, 1", "300, 2"})
    void gaussianBound_separateCanaries_failsAsRarelyAsStated(int canaries, double mu) {
        double right = Normal.cdf(mu / 2);
        var counts = new Binomial(canaries, right, Normal.cdf(-mu / 2));
        for (double significance : new double[] {0.2, 0.05, 1e-3, 1e-6}) {
            int least = canaries + 1;
            while (least > 0 && isAbove(new CanaryGuesses(canaries, canaries, least - 1), significance, mu)) {
                least--;
            }
            assertThat(counts.atLeast(least)).isLessThanOrEqualTo(significance);
        }
    }

    private static boolean isAbove(CanaryGuesses guesses, double significance, double mu) {
        return OneRunMath.refutesGaussian(guesses, significance, mu);
    }

    @Test
    void bounds_refutedOnlyAtZero_areNearZero() {
        // one of one guess: P = ½ at ε = 0
        OneRunBound bound = new CanaryGuesses(1, 1, 1).bound(0.5, 0);
        assertThat(bound.epsilonLowerBound()).isBetween(0.0, 1e-11);
        assertThat(new CanaryGuesses(1, 1, 1).gaussianBound(0.5, 0.1).muLowerBound())
                .isBetween(0.0, 1e-11);
    }

    @Test
    void gaussianBound_typicalRun_showsMoreThanThePlainOne() {
        var guesses = new CanaryGuesses(1000, 1000, 700);
        assertThat(guesses.gaussianBound(0.05, 1e-5).epsilonLowerBound())
                .isGreaterThan(1.3)
                .isGreaterThan(guesses.bound(0.05, 1e-5).epsilonLowerBound() + 0.5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 60})
    void bounds_moreRight_neverFall(int right) {
        var fewer = new CanaryGuesses(100, 80, right);
        var more = new CanaryGuesses(100, 80, right + 10);
        assertThat(more.bound(0.05, 1e-5).epsilonLowerBound())
                .isGreaterThanOrEqualTo(fewer.bound(0.05, 1e-5).epsilonLowerBound());
        assertThat(more.gaussianBound(0.05, 1e-5).muLowerBound())
                .isGreaterThanOrEqualTo(fewer.gaussianBound(0.05, 1e-5).muLowerBound());
    }

    @Test
    void gaussianBound_nothingRight_isZero() {
        GaussianBound bound = new CanaryGuesses(100, 80, 0).gaussianBound(0.05, 1e-5);
        assertThat(bound.muLowerBound()).isZero();
        assertThat(bound.epsilonLowerBound()).isZero();
        assertThat(bound.epsilonCeiling()).isGreaterThan(1);
        assertThat(bound.verdict(0.5)).startsWith("Not refuted: mu 0.5 was claimed; mu is at least 0.0000, 0 of 80");
    }

    @Test
    void gaussianVerdict_boundAboveClaim_refutes() {
        GaussianBound bound = new CanaryGuesses(1000, 1000, 1000).gaussianBound(0.05, 1e-5);
        assertThat(bound.refutes(2)).isTrue();
        assertThat(bound.refutes(2.5)).isFalse();
        assertThat(bound.verdict(2)).startsWith("Refuted: mu 2.0 was claimed, but mu is at least 2.3681");
    }

    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> new CanaryGuesses(0, 1, 1)).hasMessage("canaries must be >= 1, got 0");
        assertThatThrownBy(() -> new CanaryGuesses(1, 0, 0)).hasMessage("guesses must be >= 1, got 0");
        assertThatThrownBy(() -> new CanaryGuesses(1, 2, 0)).hasMessage("guesses must be in 0 to 1, got 2");
        assertThatThrownBy(() -> new CanaryGuesses(2, 1, 2)).hasMessage("right must be in 0 to 1, got 2");
        assertThatThrownBy(() -> new CanaryGuesses(2, 1, -1)).hasMessage("right must be in 0 to 1, got -1");
        var guesses = new CanaryGuesses(2, 2, 2);
        assertThatThrownBy(() -> guesses.pValue(-1, 0)).hasMessage("epsilon must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> guesses.pValue(1, Double.NaN)).hasMessage("delta must be in [0, 1), got NaN");
        assertThatThrownBy(() -> guesses.bound(0, 0)).hasMessage("significance must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> guesses.bound(0.1, -1)).hasMessage("delta must be in [0, 1), got -1.0");
        assertThatThrownBy(() -> guesses.gaussianBound(1, 0.1)).hasMessage("significance must be in (0, 1), got 1.0");
        assertThatThrownBy(() -> guesses.gaussianBound(0.1, 0)).hasMessage("delta must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> guesses.bound(0.1, 0).refutes(-1))
                .hasMessage("claimedEpsilon must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> guesses.gaussianBound(0.1, 0.1).refutes(Double.NaN))
                .hasMessage("claimedMu must be >= 0 and finite, got NaN");
    }
}
