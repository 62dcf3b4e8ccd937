package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import io.aidc.privacy.accounting.Calibration.Accounting;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CalibrationTest {
    static LongStream fewSeeds() {
        return Seeds.few(5);
    }

    /** Opacus, accountants_test. */
    @Test
    void noiseMultiplier_opacusTarget_isThePublishedValue() {
        DoubleFunction<PrivacyEvent> plan = m -> new PoissonSubsampledGaussian(0.04, m).times(2000);
        assertThat(Calibration.noiseMultiplier(8, 1e-5, plan, Accounting.RDP)).isCloseTo(1.3562, within(1e-4));
        // the published 1.2915 is for an accountant that adds 0.01 to epsilon
        assertThat(Calibration.noiseMultiplier(8, 1e-5, plan, Accounting.PLD)).isBetween(1.2890, 1.2915);
        assertThat(Calibration.noiseMultiplier(8.01, 1e-5, plan)).isLessThan(1.2900);
    }

    /** dp_accounting, pld/accountant_test: the inverse of the scale, with a tolerance of 1e-3. */
    @ParameterizedTest
    @CsvSource({"1, 1e-4, 1, 20, 0.073", "1, 1e-4, 5, 20, 0.014", "3, 1e-12, 2, 5, 0.3"})
    void noiseMultiplier_discreteLaplace_isThePublishedValue(
            double epsilon, double delta, long sensitivity, long queries, double parameter) {
        double scale =
                Calibration.noiseMultiplier(epsilon, delta, b -> new DiscreteLaplace(b, sensitivity).times(queries));
        assertThat(1 / scale).isCloseTo(parameter, within(1e-3));
    }

    /** dp_accounting, pld/accountant_test, and numerical-mechanisms_test.cc, which is up to 1e-3 above what is needed. */
    @ParameterizedTest
    @CsvSource({
        "1, 0.78760074, 1, 0.3333333, 1e-6",
        "1, 1e-5, 1, 3.7306316348, 1e-4",
        "1, 1e-6, 1, 4.2246788893, 1e-4",
        "1.0986122886681098, 1e-5, 1, 3.42578125, 2e-3",
        "1.3862943611198906, 2e-5, 3, 7.986328125, 2e-3"
    })
    void noiseMultiplier_oneGaussian_isJustAboveTheExactOne(
            double epsilon, double delta, double sensitivity, double published, double tolerance) {
        double sigma = sensitivity * Calibration.noiseMultiplier(epsilon, delta, Gaussian::new);
        double exact = AnalyticGaussian.standardDeviation(epsilon, delta, sensitivity);
        assertThat(sigma).isBetween(exact * (1 - 1e-12), exact * (1 + 2e-5));
        assertThat(sigma).isCloseTo(published, within(tolerance)).isLessThan(published + 1e-4);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("fewSeeds")
    void noiseMultiplier_anyPlan_meetsTheTargetAndNotMore(long seed) {
        var random = new SplittableRandom(seed);
        double epsilon = Math.exp(random.nextDouble(-1.5, 3));
        double delta = Math.exp(random.nextDouble(-20, -5));
        double rate = random.nextDouble(0.001, 0.5);
        long steps = random.nextLong(1, 5000);
        PrivacyEvent others = new Gaussian(50 / epsilon).times(2);
        DoubleFunction<PrivacyEvent> plan =
                m -> new PoissonSubsampledGaussian(rate, m).times(steps).and(others);
        double z = Calibration.noiseMultiplier(epsilon, delta, plan, Accounting.RDP);
        assertThat(RdpAccountant.of(plan.apply(z)).epsilon(delta).epsilon()).isLessThanOrEqualTo(epsilon);
        assertThat(RdpAccountant.of(plan.apply(z * (1 - 1e-6))).epsilon(delta).epsilon())
                .isGreaterThan(epsilon);
    }

    @Test
    void noiseMultiplier_restOfThePlanTooDear_isRefused() {
        assertThatThrownBy(() ->
                        Calibration.noiseMultiplier(1, 1e-5, z -> new Gaussian(z).and(new Gaussian(1)), Accounting.RDP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no noise multiplier up to 1e9 reaches epsilon 1.0 at delta 1.0E-5");
    }

    @Test
    void noiseMultiplier_badTarget_isNamed() {
        assertThatThrownBy(() -> Calibration.noiseMultiplier(0, 1e-5, Gaussian::new))
                .hasMessage("epsilon must be > 0 and finite, got 0.0");
        assertThatThrownBy(() -> Calibration.noiseMultiplier(1, 1, Gaussian::new))
                .hasMessage("delta must be in (0, 1), got 1.0");
    }

    @Test
    void smallest_anyTest_isWhereItPasses() {
        assertThat(Calibration.smallest(z -> z >= 0.3, "it")).isBetween(0.3, 0.3 * (1 + 1e-9));
        assertThat(Calibration.smallest(z -> z >= 12_345, "it")).isBetween(12_345.0, 12_345 * (1 + 1e-9));
        assertThat(Calibration.smallest(z -> true, "it")).isLessThan(1e-6);
    }

    /** The best order is where a Gaussian needs least noise: no neighbour on the grid does better. */
    @ParameterizedTest
    @CsvSource({"3, 1e-4", "1, 1e-6", "0.1, 1e-6", "20, 1e-5", "100, 1e-5", "0.001, 1e-9"})
    void gaussianOrder_anyBudget_isWholeAndNeedsNoMoreNoiseThanNearbyOrders(double epsilon, double delta) {
        double best = Calibration.gaussianOrder(epsilon, delta);
        assertThat(best).isGreaterThanOrEqualTo(2).isEqualTo(Math.rint(best));
        for (double order : new double[] {best - 1, best + 1, best / 1.2, best * 1.2, best / 2, best * 2}) {
            if (order >= 2 && order == Math.rint(order)) {
                assertThat(variance(best, epsilon, delta)).isLessThanOrEqualTo(variance(order, epsilon, delta) * 1.001);
            }
        }
    }

    private static double variance(double order, double epsilon, double delta) {
        double room = epsilon - RdpConversion.IMPROVED_CKS_2020.epsilon(order, 0, delta);
        return room > 0 ? order / 2 / room : Double.POSITIVE_INFINITY;
    }
}
