package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.FixedSizeWithoutReplacementGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.MixtureOfGaussians;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import io.aidc.privacy.accounting.PrivacyEvent.TruncatedPoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.ZeroConcentrated;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RdpAccountantTest {
    static LongStream seeds() {
        return Seeds.all();
    }

    /** TensorFlow Privacy, compute_dp_sgd_privacy_test: N = 100000, batch 100, z = 1, 30 epochs. */
    @Test
    void epsilon_tensorFlowRun_isThePublishedValue() {
        EpsilonAtDelta answer = RdpAccountant.of(new PoissonSubsampledGaussian(0.001, 1).times(30_000))
                .epsilon(1e-7);
        assertThat(answer.epsilon()).isCloseTo(1.4154988495444842, within(1e-11));
        assertThat(answer.order()).isEqualTo(13);
        assertThat(answer.conversion()).isEqualTo(RdpConversion.IMPROVED_CKS_2020);
        assertThat(answer.atGridEnd()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0.7, 10.8602036", "0.35, 26.2880374"})
    void epsilon_twoFullBatches_isThePublishedValue(double noiseMultiplier, double epsilon) {
        assertThat(RdpAccountant.of(new Gaussian(noiseMultiplier).times(2))
                        .epsilon(1e-5)
                        .epsilon())
                .isCloseTo(epsilon, within(1e-6));
    }

    /** dp_accounting, rdp_privacy_accountant_test. */
    @ParameterizedTest
    @CsvSource({"5, 2.18075656230788e-3", "50, 0.0238460375387062", "100, 167.416307548418"})
    void rdp_wholeOrders_areThePublishedValues(double order, double rdp) {
        assertThat(RdpAccountant.of(new PoissonSubsampledGaussian(0.01, 2.5).times(50))
                        .rdp(order))
                .isCloseTo(rdp, within(1e-12 * rdp));
    }

    /** Forty-digit quadrature. */
    @ParameterizedTest
    @CsvSource({
        "1.5, 0.000663111693911725",
        "2, 0.000894996966873739",
        "2.5, 0.00113280346647016",
        "3, 0.00137687239217037",
        "5, 0.00242392469237659"
    })
    void rdp_anyOrder_isExact(double order, double rdp) {
        assertThat(RdpAccountant.of(new PoissonSubsampledGaussian(0.04, 1.5)).rdp(order))
                .isCloseTo(rdp, within(1e-11 * rdp));
    }

    /** Two derivations that share nothing but the definition. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void rdp_quadratureAtWholeOrders_equalsTheFiniteSum(long seed) {
        var random = new SplittableRandom(seed);
        double rate = Math.exp(random.nextDouble(-14, -0.01));
        double sigma = Math.exp(random.nextDouble(-1.5, 3));
        double order = random.nextInt(2, 40);
        double sum = SubsampledGaussianRdp.wholeOrder(rate, sigma, order);
        double integral = SubsampledGaussianRdp.anyOrder(rate, sigma, order);
        assertThat(integral).isCloseTo(sum, within(1e-11 * Math.max(1, Math.abs(sum))));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void rdp_moreSamplingOrderOrLessNoise_neverCostsLess(long seed) {
        var random = new SplittableRandom(seed);
        double rate = random.nextDouble(1e-4, 0.9);
        double sigma = random.nextDouble(0.4, 5);
        double order = random.nextDouble(1.05, 60);
        double rdp = rdp(rate, sigma, order);
        assertThat(rdp(rate * 1.1, sigma, order)).isGreaterThanOrEqualTo(rdp);
        assertThat(rdp(rate, sigma / 1.1, order)).isGreaterThanOrEqualTo(rdp);
        assertThat(rdp(rate, sigma, order + 0.3)).isGreaterThanOrEqualTo(rdp);
        assertThat(rdp).isBetween(0.0, Rdp.gaussian(sigma, order));
    }

    @Test
    void rdp_samplingRateZeroOrOne_isNothingOrGaussian() {
        assertThat(RdpAccountant.of(new PoissonSubsampledGaussian(0, 1)).rdp(5)).isZero();
        assertThat(RdpAccountant.of(new PoissonSubsampledGaussian(1, 2)).rdp(5)).isEqualTo(5.0 / 8);
    }

    @Test
    void rdp_tinyRate_keepsItsDigits() {
        // leading term: α q² (e^{1/σ²} − 1) / 2
        double expected = 1.5 * 1e-18 * Math.expm1(1) / 2;
        assertThat(rdp(1e-9, 1, 1.5)).isCloseTo(expected, within(1e-6 * expected));
        assertThat(rdp(1e-9, 1, 2)).isCloseTo(1e-18 * Math.expm1(1), within(1e-24));
    }

    @Test
    void rdp_littleNoise_neitherOverflowsNorVanishes() {
        assertThat(rdp(0.5, 0.01, 10.5)).isFinite().isPositive();
        assertThat(rdp(0.5, 0.01, 1.1)).isFinite().isPositive();
        assertThat(rdp(0.5, 0.001, 64)).isFinite().isPositive();
    }

    /** Where the integral would take millions of points: never below the order before, never above no sampling. */
    @ParameterizedTest
    @CsvSource({
        "1e-4, 6.1, 7",
        "0.003, 1.1, 2",
        "0.05, 10.9, 11",
        "1e-170, 6.1, 7",
        "4.9e-324, 2.5, 3",
        "1, 4000.5, 4001"
    })
    void rdp_integralTooLong_isThatOfTheNextWholeOrder(double sigma, double order, double next) {
        assertThat(rdp(0.5, sigma, order)).isEqualTo(rdp(0.5, sigma, next));
        assertThat(rdp(0.5, sigma, next)).isLessThanOrEqualTo(Rdp.gaussian(sigma, next));
        assertThat(rdp(0.5, sigma, order)).isGreaterThanOrEqualTo(rdp(0.5, sigma, Math.max(2, next - 1)));
    }

    @Test
    void rdp_sumTooLong_isTheIntegralOrThatOfNoSampling() {
        double integral = rdp(0.01, 100, 5000);
        assertThat(integral).isBetween(rdp(0.01, 100, 4096), Rdp.gaussian(100, 5000));
        double sum = SubsampledGaussianRdp.wholeOrder(0.01, 100, 5000);
        assertThat(SubsampledGaussianRdp.anyOrder(0.01, 100, 5000)).isCloseTo(sum, within(1e-10 * Math.abs(sum)));
        assertThat(rdp(0.01, 1, 1e6)).isEqualTo(Rdp.gaussian(1, 1e6));
        assertThat(rdp(0.01, 1e-3, 1e15 + 0.5)).isEqualTo(Rdp.gaussian(1e-3, 1e15 + 0.5));
    }

    @Test
    void rdp_divergenceBeyondDouble_isInfinite() {
        assertThat(rdp(0.5, 1e-170, 2)).isInfinite();
        assertThat(rdp(0.5, 1e-170, 7)).isInfinite();
        assertThat(RdpAccountant.of(new PoissonSubsampledGaussian(0.5, 1e-170))
                        .epsilon(1e-5)
                        .epsilon())
                .isInfinite();
    }

    /** σ = Δ/√(2ρ) is ρ-zCDP, that is αρ at every order. Google GaussianNoiseTest. */
    @ParameterizedTest
    @CsvSource({"1, 1, 0.7071067811865475", "3, 1, 2.1213203435596424", "10, 8, 2.5"})
    void rdp_gaussianOfKnownRho_isOrderTimesRho(double sensitivity, double rho, double sigma) {
        assertThat(RdpAccountant.of(new Gaussian(sigma / sensitivity)).rdp(7))
                .isCloseTo(7 * rho, within(1e-12 * 7 * rho));
    }

    /** Direct evaluation of the Rényi divergence of two distributions on two points, and of two Laplace densities. */
    @ParameterizedTest
    @CsvSource({"0.01, 1.5", "0.5, 2", "1, 7.3", "3, 30", "0.1, 1.1"})
    void rdp_pureAndLaplace_equalTheDefinition(double epsilon, double order) {
        double p = 1 / (1 + Math.exp(-epsilon));
        double twoPoints = Math.log(Math.pow(p, order) * Math.pow(1 - p, 1 - order)
                        + Math.pow(1 - p, order) * Math.pow(p, 1 - order))
                / (order - 1);
        assertThat(RdpAccountant.of(new PureDp(epsilon)).rdp(order)).isCloseTo(twoPoints, within(1e-11));
        double step = 1e-4 / epsilon;
        double integral = 0;
        for (double x = -40 / epsilon; x < 40 / epsilon; x += step) {
            double near = -epsilon * Math.abs(x);
            double far = -epsilon * Math.abs(x - 1);
            integral += epsilon / 2 * Math.exp(order * near + (1 - order) * far) * step;
        }
        assertThat(RdpAccountant.of(new Laplace(epsilon)).rdp(order))
                .isCloseTo(Math.log(integral) / (order - 1), within(1e-4 * epsilon + 1e-6));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.001, 1.5, 2, 10, 1000, 65536})
    void rdp_pureEvents_stayBetweenZeroAndEpsilon(double order) {
        for (double epsilon : new double[] {1e-8, 1e-3, 1, 50, 1e4}) {
            double pure = RdpAccountant.of(new PureDp(epsilon)).rdp(order);
            double laplace = RdpAccountant.of(new Laplace(epsilon)).rdp(order);
            assertThat(pure).isBetween(0.0, epsilon);
            assertThat(laplace).isBetween(0.0, pure * (1 + 1e-6));
        }
    }

    @Test
    void epsilon_optimumAboveTheGrid_extendsIt() {
        EpsilonAtDelta answer = RdpAccountant.of(new Gaussian(2000)).epsilon(1e-6);
        assertThat(answer.order()).isGreaterThan(1024);
        assertThat(answer.atGridEnd()).isFalse();
        // exact for a Gaussian: Balle, Wang 2018; the accountant may not be below it
        double exact = AnalyticGaussian.epsilon(2000, 1, 1e-6);
        assertThat(answer.epsilon()).isBetween(exact, 1.5 * exact + 1e-4);
    }

    @Test
    void epsilon_optimumBeyondEveryOrder_saysSo() {
        assertThat(RdpAccountant.of(new Gaussian(1e7)).epsilon(1e-6).atGridEnd())
                .isTrue();
        assertThat(RdpAccountant.of(new Gaussian(0.002)).epsilon(1e-6).order()).isLessThan(1.1);
    }

    @Test
    void epsilon_nothingDone_isZero() {
        assertThat(RdpAccountant.of(new PrivacyEvent.Composed(List.of()))
                        .epsilon(1e-6)
                        .epsilon())
                .isZero();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void epsilon_singleGaussian_isNeverBelowTheExactValue(long seed) {
        var random = new SplittableRandom(seed);
        double sigma = Math.exp(random.nextDouble(-1, 4));
        double delta = Math.exp(random.nextDouble(-25, -3));
        assertThat(RdpAccountant.of(new Gaussian(sigma)).epsilon(delta).epsilon())
                .isGreaterThanOrEqualTo(AnalyticGaussian.epsilon(sigma, 1, delta));
    }

    @Test
    void plus_anyGrouping_isTheSameSum() {
        PrivacyEvent step = new PoissonSubsampledGaussian(0.2, 3);
        RdpAccountant oneByOne = RdpAccountant.of(new Gaussian(8));
        for (int i = 0; i < 100; i++) {
            oneByOne = oneByOne.plus(step);
        }
        RdpAccountant atOnce =
                RdpAccountant.of(new Gaussian(8).and(step.times(60)).and(step.times(40)));
        assertThat(oneByOne.event()).isEqualTo(atOnce.event());
        assertThat(oneByOne.rdp(6)).isEqualTo(atOnce.rdp(6));
    }

    @Test
    void conversions_sameDivergence_improvedIsNeverAbove() {
        for (double order : new double[] {1.1, 2, 10, 100}) {
            double classic = RdpConversion.CLASSIC_MIRONOV_2017.epsilon(order, 0.3, 1e-5);
            double improved = RdpConversion.IMPROVED_CKS_2020.epsilon(order, 0.3, 1e-5);
            assertThat(improved).isLessThan(classic);
            assertThat(classic).isCloseTo(0.3 + Math.log(1e5) / (order - 1), offset(1e-12));
        }
        assertThat(RdpConversion.IMPROVED_CKS_2020.epsilon(50, 0, 0.5)).isZero();
    }

    @Test
    void arguments_outOfRange_areNamed() {
        RdpAccountant accountant = RdpAccountant.of(new Gaussian(1));
        assertThatThrownBy(() -> accountant.rdp(1)).hasMessage("order must be > 1 and finite, got 1.0");
        assertThatThrownBy(() -> accountant.epsilon(0)).hasMessage("delta must be in (0, 1), got 0.0");
        assertThatThrownBy(() -> accountant.epsilon(Double.NaN)).hasMessage("delta must be in (0, 1), got NaN");
        assertThatThrownBy(() -> RdpConversion.CLASSIC_MIRONOV_2017.epsilon(2, -1, 0.1))
                .hasMessage("rdp must be >= 0, got -1.0");
        assertThatThrownBy(() ->
                        RdpAccountant.of(new Gaussian(1).times(Long.MAX_VALUE).times(2)))
                .isInstanceOf(ArithmeticException.class);
    }

    private static double rdp(double rate, double sigma, double order) {
        return SubsampledGaussianRdp.of(rate, sigma, order);
    }

    /** Over all whole numbers that matter. */
    @ParameterizedTest
    @CsvSource({"2.9, 3", "0.5, 1", "40, 100", "7, 1"})
    void rdp_discreteLaplace_isTheSum(double scale, long sensitivity) {
        for (double order : new double[] {1.2, 2, 4.5, 30}) {
            double sum = 0;
            double whole = 0;
            for (long x = -2000; x <= 2000; x++) {
                double p = -Math.abs(x) / scale;
                double q = -Math.abs(x - sensitivity) / scale;
                sum += Math.exp(order * p - (order - 1) * q);
                whole += Math.exp(p);
            }
            double expected = Math.log(sum / whole) / (order - 1);
            assertThat(RdpAccountant.of(new DiscreteLaplace(scale, sensitivity)).rdp(order))
                    .isCloseTo(expected, within(1e-10));
        }
    }

    @Test
    void rdp_otherEvents_areTheFormulas() {
        assertThat(RdpAccountant.of(new DiscreteGaussian(6, 3)).rdp(5)).isEqualTo(0.625);
        assertThat(RdpAccountant.of(new ZeroConcentrated(0.1)).rdp(5)).isEqualTo(0.5);
        // Wang, Balle, Kasiviswanathan 2019, Theorem 9, by hand: q = 0.01, sigma = 4
        double second = 1e-4 * 3 * Math.min(4 * Math.expm1(1.0 / 16), 2 * Math.exp(1.0 / 16));
        double third = 1e-6 * 2 * Math.exp(2 * 3.0 / 32);
        assertThat(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 100, 4))
                        .rdp(3))
                .isCloseTo(Math.log1p(second + third) / 2, within(1e-15));
        assertThat(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 100, 4))
                        .rdp(2.5))
                .isEqualTo(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 100, 4))
                        .rdp(3));
        assertThat(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 1, 4))
                        .rdp(2.5))
                .isEqualTo(2.5 / 32);
        assertThat(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 100, 0.01))
                        .rdp(5000))
                .isCloseTo(5000 / 2e-4, within(1e-6));
    }

    /** A bound: never below the divergence of the pair that loss distributions use. */
    @Test
    void rdp_fixedSize_isAboveTheSampledPair() {
        for (int order = 2; order < 40; order++) {
            assertThat(RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(1, 50, 2))
                            .rdp(order))
                    .isGreaterThan(RdpAccountant.of(new PoissonSubsampledGaussian(0.02, 2))
                            .rdp(order));
        }
    }

    @Test
    void rdp_noFiniteDivergence_isRefusedByName() {
        for (PrivacyEvent event : List.of(
                new ApproximateDp(1, 0.1),
                new TruncatedPoissonSubsampledGaussian(0.1, 1, 2, 1),
                new PoissonSubsampledLaplace(0.1, 1),
                new MixtureOfGaussians(List.of(1.0), List.of(1.0), 1))) {
            assertThatThrownBy(() -> RdpAccountant.of(event).rdp(2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("no finite Renyi divergence is known, use PldAccountant for " + event);
        }
    }
}
