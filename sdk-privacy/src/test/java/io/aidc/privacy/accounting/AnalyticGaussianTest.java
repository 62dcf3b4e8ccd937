package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalyticGaussianTest {
    /** Balle and Wang's method in high precision. */
    @ParameterizedTest
    @CsvSource({"1, 1e-5, 3.7306316348159418", "1, 1e-6, 4.2246788893268353"})
    void standardDeviation_knownTargets_isExact(double epsilon, double delta, double sigma) {
        assertThat(AnalyticGaussian.standardDeviation(epsilon, delta, 1)).isCloseTo(sigma, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"1, 4.377178095681", "2, 1.993091404415", "0.5, 9.997256146434"})
    void epsilon_knownNoise_isExact(double sigma, double epsilon) {
        assertThat(AnalyticGaussian.epsilon(sigma, 1, 1e-5)).isCloseTo(epsilon, within(1e-11));
    }

    /** Google's library stops its search up to a thousandth above the tight value. */
    @ParameterizedTest
    @CsvSource({
        "1.0986122886681098, 1e-5, 1, 3.42578125",
        "1.3862943611198906, 2e-5, 3, 7.986328125",
        "1, 1e-6, 4.242640687119285, 17.922"
    })
    void standardDeviation_googleCases_areAThousandthAboveOurs(
            double epsilon, double delta, double sensitivity, double google) {
        double ours = AnalyticGaussian.standardDeviation(epsilon, delta, sensitivity);
        // the last one is published to five digits only
        assertThat(google / ours).isBetween(1 - 1.5e-4, 1 + 1e-3);
    }

    /** Gaussian mechanism on an integer: δ = .78760074 at ε = 1 and σ = 1/3. dp_accounting, pld accountant_test. */
    @Test
    void delta_littleNoise_isThePublishedValue() {
        assertThat(AnalyticGaussian.delta(1.0 / 3, 1, 1)).isCloseTo(0.78760074, within(1e-7));
    }

    @Test
    void standardDeviation_largeEpsilon_isAboveTheClassicFormula() {
        double classic = Math.sqrt(2 * Math.log(1.25 / 1e-5)) / 20;
        double exact = AnalyticGaussian.standardDeviation(20, 1e-5, 1);
        assertThat(exact).isGreaterThan(classic);
        assertThat(AnalyticGaussian.delta(classic, 1, 20)).isGreaterThan(1e-5);
    }

    @ParameterizedTest
    @CsvSource({"0, 1e-3", "0, 0.5", "1e-6, 1e-6", "1, 1e-300", "800, 1e-10", "5, 0.9"})
    void standardDeviation_extremes_invertsDelta(double epsilon, double delta) {
        double sigma = AnalyticGaussian.standardDeviation(epsilon, delta, 1);
        assertThat(AnalyticGaussian.delta(sigma, 1, epsilon)).isLessThanOrEqualTo(delta);
        assertThat(AnalyticGaussian.delta(sigma * (1 - 1e-6), 1, epsilon)).isGreaterThan(delta);
    }

    @Test
    void standardDeviation_sensitivity_scales() {
        assertThat(AnalyticGaussian.standardDeviation(1, 1e-5, 7))
                .isCloseTo(7 * AnalyticGaussian.standardDeviation(1, 1e-5, 1), within(1e-12));
    }

    @Test
    void epsilon_muchNoise_isZero() {
        assertThat(AnalyticGaussian.epsilon(1e6, 1, 1e-3)).isZero();
    }

    @Test
    void arguments_outOfRange_areNamed() {
        assertThatThrownBy(() -> AnalyticGaussian.delta(0, 1, 1))
                .hasMessage("standardDeviation must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> AnalyticGaussian.delta(1, -1, 1))
                .hasMessage("sensitivity must be > 0 and finite, got -1.0");
        assertThatThrownBy(() -> AnalyticGaussian.delta(1, 1, -1))
                .hasMessage("epsilon must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> AnalyticGaussian.standardDeviation(Double.NaN, 0.1, 1))
                .hasMessage("epsilon must be >= 0 and finite, got NaN");
        assertThatThrownBy(() -> AnalyticGaussian.epsilon(1, 1, 0)).hasMessage("delta must be in (0, 1), got 0.0");
    }

    /** Values of Φ and ln Φ to 16 digits from tables; rounding x² costs accuracy in the far tail. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.5",
        "1, 0.8413447460685429",
        "-1, 0.15865525393145705",
        "-1.5, 0.06680720126885807",
        "-3, 0.0013498980316300946",
        "-10, 7.619853024160526e-24",
        "-37, 5.725571222524577e-300",
        "8, 0.9999999999999993"
    })
    void cdf_knownPoints_haveRelativeAccuracy(double x, double value) {
        assertThat(NormalDistribution.cdf(x)).isCloseTo(value, within((2e-14 + 2e-16 * x * x) * value));
        assertThat(NormalDistribution.logCdf(x))
                .isCloseTo(Math.log(value), within(2e-14 * Math.max(1, -Math.log(value))));
    }

    @Test
    void logCdf_farTail_followsItsAsymptote() {
        double x = 1e5;
        assertThat(NormalDistribution.logCdf(-x))
                .isCloseTo(-x * x / 2 - Math.log(x * Math.sqrt(2 * Math.PI)), within(1e-5));
    }
}
