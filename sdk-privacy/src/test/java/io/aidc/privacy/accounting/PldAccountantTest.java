package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.Seeds;
import io.aidc.privacy.accounting.PrivacyEvent.ApproximateDp;
import io.aidc.privacy.accounting.PrivacyEvent.Composed;
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

class PldAccountantTest {
    static LongStream fewSeeds() {
        return Seeds.few(5);
    }

    /** The upper figures are those of the PRV accountant, Opacus tests/prv_accountant.py, which adds an error of 0.01. */
    @ParameterizedTest
    @CsvSource({
        "1.5, 0.001, 100, 0.039369419, 0.029269",
        "0.8, 0.05, 100, 6.741051939, 6.730629",
        "1.5, 0.2, 100, 8.497977859, 8.488586",
        "3.0, 0.2, 100, 3.381220510, 3.371055",
        "0.8, 0.001, 1000, 0.477771266, 0.467695",
        "1.5, 0.05, 1000, 6.209969247, 6.199695",
        "1.5, 0.05, 20000, 38.30661791, 38.295545",
        "2.0, 0.001, 50000, 0.491354910, 0.482802",
        "1.5, 0.05, 50000, 73.19017673, 73.178533"
    })
    void epsilon_publishedRun_hasAllPrintedDigits(double sigma, double rate, long steps, double prv, double pld) {
        EpsilonInterval answer = PldAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps))
                .epsilon(1e-6);
        assertThat(answer.pessimistic()).isCloseTo(pld, within(3e-6)).isLessThanOrEqualTo(prv);
        assertThat(answer.optimistic()).isBetween(pld - 1e-2, answer.pessimistic());
        assertThat(answer.conversion()).isEqualTo(Conversion.PLD_CTD);
        assertThat(answer.delta()).isEqualTo(1e-6);
    }

    /** TensorFlow Privacy, compute_dp_sgd_privacy_test. */
    @ParameterizedTest
    @CsvSource({"0.7, 10.1224946", "0.35, 24.7160779"})
    void epsilon_twoFullBatches_isThePublishedValue(double sigma, double epsilon) {
        EpsilonInterval answer = PldAccountant.of(new Gaussian(sigma).times(2)).epsilon(1e-5);
        assertThat(answer.pessimistic()).isCloseTo(epsilon, within(6e-8));
        assertThat(answer.optimistic()).isCloseTo(epsilon, within(6e-8));
    }

    /** Opacus, accountants_test: the value in circulation counts one step more than int(90 // 0.04). */
    @Test
    void epsilon_opacusRun_isThePublishedValueWithOneStepMore() {
        var step = new PoissonSubsampledGaussian(0.04, 1.5);
        double counted = PldAccountant.of(step.times(2249)).epsilon(1e-5).pessimistic();
        assertThat(counted).isCloseTo(6.767051, within(1e-6)).isLessThan(6.777395712150674);
        assertThat(PldAccountant.of(step.times(2250)).epsilon(1e-5).pessimistic())
                .isCloseTo(6.768787, within(1e-6));
    }

    /** dp_accounting, pld_privacy_accountant_test. */
    @Test
    void delta_twoApproximateReleases_isThePublishedValue() {
        var accountant = PldAccountant.of(new ApproximateDp(1, 0.1).and(new ApproximateDp(2, 0.2)));
        assertThat(accountant.delta(3)).isCloseTo(0.28, within(1e-12));
        assertThat(accountant.epsilon(0.27).pessimistic()).isInfinite();
        EpsilonInterval pure =
                PldAccountant.of(new PureDp(1).and(new PureDp(2))).epsilon(1e-9);
        assertThat(pure.optimistic()).isCloseTo(3, within(1e-8));
        assertThat(pure.pessimistic()).isCloseTo(3, within(1e-8));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("fewSeeds")
    void epsilon_gaussians_enclosesTheExactValue(long seed) {
        var random = new SplittableRandom(seed);
        double sigma = Math.exp(random.nextDouble(-1, 4));
        double delta = Math.exp(random.nextDouble(-40, -1));
        double exact = AnalyticGaussian.epsilon(sigma / Math.sqrt(3), 1, delta);
        EpsilonInterval answer = PldAccountant.of(new Gaussian(sigma).times(3)).epsilon(delta);
        // rounding aside
        assertThat(answer.pessimistic()).isBetween(exact - 1e-9, exact + 1e-5);
        assertThat(answer.optimistic()).isBetween(exact - 1e-4, exact + 1e-9);
    }

    /** By the transform this time: sampling at a rate of almost one. */
    @Test
    void epsilon_sampledAlmostSurely_isTheGaussian() {
        double exact = AnalyticGaussian.epsilon(0.7, 1, 1e-6);
        EpsilonInterval answer = PldAccountant.of(new PoissonSubsampledGaussian(1 - 1e-12, 7).times(100))
                .epsilon(1e-6);
        assertThat(answer.pessimistic()).isBetween(exact - 1e-8, exact + 1e-5);
        assertThat(answer.optimistic()).isBetween(exact - 1e-5, exact + 1e-8);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("fewSeeds")
    void epsilon_moreSamplingStepsOrLessNoise_isMore(long seed) {
        var random = new SplittableRandom(seed);
        double rate = random.nextDouble(0.001, 0.2);
        double sigma = random.nextDouble(0.7, 4);
        long steps = random.nextLong(2, 2000);
        double epsilon = epsilon(rate, sigma, steps);
        assertThat(epsilon(rate * 1.1, sigma, steps)).isGreaterThan(epsilon);
        assertThat(epsilon(rate, sigma / 1.1, steps)).isGreaterThan(epsilon);
        assertThat(epsilon(rate, sigma, steps * 11 / 10 + 1)).isGreaterThan(epsilon);
        EpsilonInterval answer = PldAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps))
                .epsilon(1e-5);
        assertThat(answer.optimistic()).isLessThanOrEqualTo(answer.pessimistic());
        assertThat(answer.pessimistic())
                .isLessThan(RdpAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps))
                        .epsilon(1e-5)
                        .epsilon());
    }

    /**
     * Against the exact curve of Kairouz, Oh, Viswanath: at the ends, the true δ is on the right side of the one asked
     * for, also where that is below the probability of the largest loss.
     */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("fewSeeds")
    void epsilon_pureEvents_enclosesTheExactCurve(long seed) {
        var random = new SplittableRandom(seed);
        for (int i = 0; i < 40; i++) {
            double pure = Math.exp(random.nextDouble(-6, 0));
            int times = random.nextInt(2, 60);
            double delta = Math.pow(10, -random.nextDouble(1, 17));
            EpsilonInterval answer =
                    PldAccountant.of(new PureDp(pure).times(times)).epsilon(delta);
            assertThat(exactDelta(pure, times, answer.pessimistic())).isLessThanOrEqualTo(delta * (1 + 1e-6));
            if (answer.optimistic() > 0) {
                assertThat(exactDelta(pure, times, answer.optimistic())).isGreaterThanOrEqualTo(delta * (1 - 1e-6));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.01, 10, 1e-4, 0.07284",
        "0.0123148, 51, 4.15e-17, 0.6021",
        "0.0073777, 43, 1.23e-13, 0.2945",
        "0.179078, 20, 1.8e-8, 3.5"
    })
    void epsilon_deltaBelowTheLargestLoss_isEnclosed(double pure, int times, double delta, double about) {
        EpsilonInterval answer = PldAccountant.of(new PureDp(pure).times(times)).epsilon(delta);
        assertThat(exactDelta(pure, times, answer.pessimistic())).isLessThanOrEqualTo(delta * (1 + 1e-6));
        assertThat(exactDelta(pure, times, answer.optimistic())).isGreaterThanOrEqualTo(delta * (1 - 1e-6));
        assertThat(answer.pessimistic()).isCloseTo(about, within(0.1 * about));
        assertThat(answer.optimistic()).isCloseTo(about, within(0.1 * about));
    }

    /** δ at ε of randomised response, again and again: Σ C(T,k)·e^{kε₀}/(1+e^{ε₀})^T·(1−e^{ε−loss}). */
    private static double exactDelta(double pure, int times, double epsilon) {
        double sum = 0;
        double logChoices = 0;
        for (int k = 0; k <= times; k++) {
            double loss = (2.0 * k - times) * pure;
            if (loss > epsilon) {
                sum += Math.exp(logChoices + k * pure - times * Math.log1p(Math.exp(pure)))
                        * -Math.expm1(epsilon - loss);
            }
            logChoices += Math.log((times - k) / (k + 1.0));
        }
        return sum;
    }

    @Test
    void epsilon_moreStepsThanAnyWindowHolds_isUnknownRatherThanWrong() {
        EpsilonInterval answer = PldAccountant.of(new PoissonSubsampledGaussian(0.01, 1).times(1_000_000_000_000_000L))
                .epsilon(1e-6);
        assertThat(answer.pessimistic()).isGreaterThan(1e6);
    }

    @Test
    void of_partsProvedUnderDifferentRelations_isRefused() {
        PrivacyEvent mixed =
                new PoissonSubsampledGaussian(0.01, 1).and(new FixedSizeWithoutReplacementGaussian(10, 1000, 4));
        assertThatThrownBy(() -> PldAccountant.of(mixed)).hasMessageStartingWith("there is no neighbouring relation");
        assertThatThrownBy(() -> RdpAccountant.of(mixed)).hasMessageStartingWith("there is no neighbouring relation");
    }

    /** Losses so small that nearly all of the optimistic grid is one point, its neighbours exact zeros. */
    @ParameterizedTest
    @CsvSource({
        "1.3839543094658065E-4, 1.9375237697356733, 545, 0.0011",
        "1.9210322064359197E-4, 1.9201128124806337, 775, 1.7e-7",
        "2.1451823297166783E-4, 2.180563925497146, 1540, 0.05"
    })
    void epsilon_tinySamplingRate_isAnswered(double rate, double sigma, long steps, double delta) {
        EpsilonInterval answer = PldAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps))
                .epsilon(delta);
        double rdp = RdpAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps))
                .epsilon(delta)
                .epsilon();
        assertThat(answer.optimistic()).isBetween(0.0, answer.pessimistic());
        assertThat(answer.pessimistic()).isLessThanOrEqualTo(rdp);
    }

    private static double epsilon(double rate, double sigma, long steps) {
        return PldAccountant.of(new PoissonSubsampledGaussian(rate, sigma).times(steps), 1e-3)
                .epsilon(1e-5)
                .pessimistic();
    }

    @Test
    void delta_ofEpsilon_isTheDeltaAskedFor() {
        PrivacyEvent event = new PoissonSubsampledGaussian(0.05, 1.5)
                .times(100)
                .and(new Laplace(0.1).times(3))
                .and(new DiscreteGaussian(9, 2))
                .and(new DiscreteLaplace(20, 3))
                .and(new Gaussian(11));
        var accountant = PldAccountant.of(event);
        for (double delta : new double[] {0.01, 1e-5, 1e-9, 1e-14, 1e-18}) {
            double epsilon = accountant.epsilon(delta).pessimistic();
            assertThat(accountant.delta(epsilon)).isCloseTo(delta, within(1e-5 * delta));
        }
        assertThat(accountant.event()).isEqualTo(EventCounts.of(event).asEvent());
    }

    /** The discrete Gaussian is no continuous one: it costs a little more at one σ and less at another. */
    @Test
    void epsilon_discreteNoise_isNearTheContinuousOne() {
        double continuous = AnalyticGaussian.epsilon(50, 1, 1e-6);
        EpsilonInterval fine = PldAccountant.of(new DiscreteGaussian(500, 10)).epsilon(1e-6);
        assertThat(fine.pessimistic()).isCloseTo(continuous, within(1e-4));
        EpsilonInterval laplace =
                PldAccountant.of(new DiscreteLaplace(1000, 100).times(50)).epsilon(1e-6);
        double other =
                PldAccountant.of(new Laplace(0.1).times(50)).epsilon(1e-6).pessimistic();
        assertThat(laplace.pessimistic()).isCloseTo(other, within(1e-3));
        assertThat(laplace.pessimistic())
                .isLessThan(PldAccountant.of(new PureDp(0.1).times(50))
                        .epsilon(1e-6)
                        .optimistic());
    }

    @Test
    void epsilon_mixtureOfTwoParts_isPoissonSampling() {
        double sampled = PldAccountant.of(new PoissonSubsampledGaussian(0.1, 2).times(50))
                .epsilon(1e-6)
                .pessimistic();
        double mixture = PldAccountant.of(new MixtureOfGaussians(List.of(0.0, 3.0), List.of(0.9, 0.1), 6).times(50))
                .epsilon(1e-6)
                .pessimistic();
        assertThat(mixture).isCloseTo(sampled, within(1e-9));
    }

    /** Balle, Barthe, Gaboardi 2018: at ln(1 + q(e^ε − 1)), q·δ. */
    @Test
    void delta_oneFixedSizeBatch_isTheAmplifiedOne() {
        var accountant = PldAccountant.of(new FixedSizeWithoutReplacementGaussian(10, 100, 1.2));
        double amplified = Math.log1p(0.1 * Math.expm1(1.7));
        double expected = 0.1 * AnalyticGaussian.delta(1.2, 1, 1.7);
        assertThat(accountant.delta(amplified)).isBetween(expected, expected * (1 + 1e-6));
        double rdp = RdpAccountant.of(new FixedSizeWithoutReplacementGaussian(10, 1000, 4).times(100))
                .epsilon(1e-6)
                .epsilon();
        assertThat(PldAccountant.of(new FixedSizeWithoutReplacementGaussian(10, 1000, 4).times(100))
                        .epsilon(1e-6)
                        .pessimistic())
                .isLessThan(rdp);
    }

    @Test
    void epsilon_cappedSample_addsTheProbabilityOfTheCap() {
        var free = new PoissonSubsampledGaussian(0.05, 1.5);
        var capped = new TruncatedPoissonSubsampledGaussian(0.05, 620, 10_000, 1.5);
        double tau = 100 * capped.truncation();
        var accountant = PldAccountant.of(capped.times(100));
        double epsilon = accountant.epsilon(1e-4).pessimistic();
        var without = PldAccountant.of(free.times(100));
        assertThat(tau).isBetween(1e-7, 1e-4);
        assertThat(accountant.delta(epsilon)).isLessThanOrEqualTo(1e-4);
        assertThat(accountant.delta(1)).isCloseTo(without.delta(1) + tau, within(1e-12));
        assertThat(epsilon).isCloseTo(without.epsilon(1e-4 - tau).pessimistic(), within(1e-9));
        assertThat(accountant.epsilon(1e-4).optimistic())
                .isLessThan(without.epsilon(1e-4).optimistic());
        assertThat(accountant.epsilon(1e-9).pessimistic()).isInfinite();
    }

    /** The mechanism itself, by integration: two other units, whatever they add, and a cap of one. */
    @ParameterizedTest
    @CsvSource({"0.3", "1", "2"})
    void delta_cappedSample_coversTheMechanism(double epsilon) {
        double q = 0.4;
        double bound = PldAccountant.of(new TruncatedPoissonSubsampledGaussian(q, 1, 3, 1))
                .delta(epsilon);
        double free = PldAccountant.of(new PoissonSubsampledGaussian(q, 1)).delta(epsilon);
        double worst = 0;
        for (double first = -3; first <= 3; first++) {
            for (double second = -3; second <= 3; second++) {
                double[] without = {first, second};
                double[] with = {first, second, 1};
                worst = Math.max(worst, hockeyStick(with, without, q, epsilon));
                worst = Math.max(worst, hockeyStick(without, with, q, epsilon));
            }
        }
        assertThat(worst).isBetween(free + 1e-3, bound);
    }

    private static double hockeyStick(double[] left, double[] right, double q, double epsilon) {
        double sum = 0;
        for (double x = -12; x < 12; x += 0x1p-7) {
            sum += Math.max(0, oneOf(left, q, x) - Math.exp(epsilon) * oneOf(right, q, x)) * 0x1p-7;
        }
        return sum;
    }

    /** The density at x of a Poisson sample's sum with N(0, 1) noise, if one of the sample is kept at random. */
    private static double oneOf(double[] values, double q, double x) {
        double density = 0;
        for (int chosen = 0; chosen < 1 << values.length; chosen++) {
            int size = Integer.bitCount(chosen);
            double probability = Math.pow(q, size) * Math.pow(1 - q, values.length - size);
            double mean = size == 0 ? normal(x) : 0;
            for (int i = 0; i < values.length; i++) {
                mean += (chosen >> i & 1) == 0 ? 0 : normal(x - values[i]) / size;
            }
            density += probability * mean;
        }
        return density;
    }

    private static double normal(double x) {
        return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    /** Between the Gaussian of the same ρ and the conversion that the bound is made of. */
    @ParameterizedTest
    @CsvSource({"0.125, 1e-6", "0.001, 1e-5", "2, 1e-9", "0.5, 0.1"})
    void epsilon_concentrated_isTheConversion(double rho, double delta) {
        EpsilonInterval answer =
                PldAccountant.of(new ZeroConcentrated(rho / 4).times(4)).epsilon(delta);
        double converted =
                ZcdpAccountant.of(new ZeroConcentrated(rho)).epsilon(delta).epsilon();
        double gaussian = AnalyticGaussian.epsilon(1 / Math.sqrt(2 * rho), 1, delta);
        assertThat(answer.pessimistic()).isBetween(converted * (1 - 0.01), converted * (1 + 1e-3));
        assertThat(answer.optimistic()).isCloseTo(gaussian, within(1e-3));
        assertThat(PldAccountant.of(new ZeroConcentrated(rho).and(new Laplace(0.1)))
                        .epsilon(delta)
                        .pessimistic())
                .isBetween(answer.pessimistic(), answer.pessimistic() + 0.1);
    }

    @Test
    void epsilon_nothingDone_isZero() {
        for (PrivacyEvent nothing : List.of(
                new Composed(List.of()),
                new PoissonSubsampledGaussian(0, 1),
                new TruncatedPoissonSubsampledGaussian(0, 1, 10, 1),
                new PoissonSubsampledLaplace(0, 1))) {
            assertThat(PldAccountant.of(nothing).epsilon(1e-6).pessimistic()).isZero();
            assertThat(PldAccountant.of(nothing).delta(0)).isZero();
        }
    }

    @Test
    void epsilon_hardlyAnyNoise_isUnknownRatherThanWrong() {
        EpsilonInterval answer = PldAccountant.of(new Gaussian(1e-4)).epsilon(1e-6);
        assertThat(answer.pessimistic()).isInfinite();
        assertThat(answer.optimistic()).isZero();
        assertThat(PldAccountant.of(new PureDp(2e5)).delta(1)).isEqualTo(1);
    }

    @Test
    void step_hugeRange_isDoubledUntilItFits() {
        var accountant = PldAccountant.of(new Gaussian(0.01));
        assertThat(accountant.step()).isGreaterThan(1e-4);
        double exact = AnalyticGaussian.epsilon(0.01, 1, 1e-6);
        assertThat(accountant.epsilon(1e-6).pessimistic()).isBetween(exact, exact + 2 * accountant.step());
        assertThat(PldAccountant.of(new Gaussian(1), 1e-3).step()).isEqualTo(1e-3);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -1, Double.NaN})
    void epsilon_badDelta_isNamed(double bad) {
        var accountant = PldAccountant.of(new Gaussian(1));
        assertThatThrownBy(() -> accountant.epsilon(bad)).hasMessage("delta must be in (0, 1), got " + bad);
    }

    @Test
    void arguments_bad_areNamed() {
        var accountant = PldAccountant.of(new Gaussian(1));
        assertThatThrownBy(() -> accountant.delta(-1)).hasMessage("epsilon must be >= 0 and finite, got -1.0");
        assertThatThrownBy(() -> PldAccountant.of(new Gaussian(1), 2)).hasMessage("step must be in [1e-9, 1], got 2.0");
        assertThatThrownBy(() -> PldAccountant.of(new DiscreteLaplace(1, 1L << 40)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sensitivity must be at most 2^18 steps of the lattice, use PureDp for it");
        assertThatThrownBy(() -> PldAccountant.of(new DiscreteGaussian(1e6, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sigma must be at most 2^18 steps of the lattice, use Gaussian for it");
    }
}
