package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.PrivacyEvent.FixedSizeWithoutReplacementGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.MixtureOfGaussians;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledLaplace;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every curve against the integral of max(0, p(x) − e^ε·q(x)) over the two densities. */
class LossPairTest {
    private static final List<Double> SHIFTS = List.of(0.0, 0.5, 1.0, 2.0);
    private static final List<Double> SHARES = List.of(0.4, 0.3, 0.2, 0.1);

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.3, 1, 2.5})
    void curves_everyEvent_areTheIntegral(double epsilon) {
        DoubleUnaryOperator rest = x -> gaussian(x, 1.3);
        DoubleUnaryOperator moved = x -> gaussian(x - 1, 1.3);
        check(new Gaussian(1.3), moved, rest, epsilon);
        check(new PoissonSubsampledGaussian(0.2, 1.3), mixed(0.2, moved, rest), rest, epsilon);
        DoubleUnaryOperator laplace = x -> Math.exp(-Math.abs(x) * 0.8);
        DoubleUnaryOperator movedLaplace = x -> Math.exp(-Math.abs(x - 1) * 0.8);
        check(new Laplace(0.8), movedLaplace, laplace, epsilon);
        check(new PoissonSubsampledLaplace(0.3, 0.8), mixed(0.3, movedLaplace, laplace), laplace, epsilon);
        check(
                new MixtureOfGaussians(SHIFTS, SHARES, 1.3),
                x -> {
                    double sum = 0;
                    for (int i = 0; i < SHIFTS.size(); i++) {
                        sum += SHARES.get(i) * gaussian(x - SHIFTS.get(i), 1.3);
                    }
                    return sum;
                },
                rest,
                epsilon);
    }

    /** Both directions are the one in which the sampled side is the first. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.01, 0.3, 1})
    void curves_fixedSize_areThoseOfThePosteriorMixture(double epsilon) {
        var pair = (LossPair) LossSource.of(new FixedSizeWithoutReplacementGaussian(1, 5, 1.3));
        DoubleUnaryOperator rest = x -> gaussian(x, 1.3);
        double expected = integral(mixed(0.2, x -> gaussian(x - 1, 1.3), rest), rest, epsilon);
        assertThat(pair.above(epsilon)).isCloseTo(expected, within(1e-6));
        assertThat(pair.reversed().above(epsilon)).isCloseTo(expected, within(1e-6));
    }

    /** Without parts at rest a mixture of one part is a Gaussian. */
    @Test
    void mixture_onePart_isTheGaussian() {
        var mixture = new LossPair.OfMixture(List.of(2.0), List.of(1.0), 3);
        var gaussian = new LossPair.OfGaussian(1.5);
        for (double epsilon = 0; epsilon < 8; epsilon += 0.7) {
            assertThat(mixture.above(epsilon))
                    .isCloseTo(gaussian.above(epsilon), within(1e-12 * gaussian.above(epsilon)));
            assertThat(mixture.below(epsilon))
                    .isCloseTo(gaussian.below(epsilon), within(1e-12 * gaussian.below(epsilon)));
        }
    }

    /** Far in the tail, where a difference of two probabilities would be all rounding. */
    @Test
    void mixture_farTail_agreesWithPoissonSampling() {
        var mixture = new LossPair.OfMixture(List.of(0.0, 1.0), List.of(0.99, 0.01), 0.9);
        var sampled = new LossPair.Sampled(0.01, new LossPair.OfGaussian(0.9));
        for (double epsilon = 0; epsilon < 12; epsilon += 0.37) {
            assertThat(mixture.above(epsilon)).isCloseTo(sampled.above(epsilon), within(1e-9 * sampled.above(epsilon)));
        }
        for (double epsilon = 0; epsilon < 0.02; epsilon += 0.0007) {
            assertThat(mixture.below(epsilon)).isCloseTo(sampled.below(epsilon), within(1e-9 * sampled.below(epsilon)));
        }
    }

    private static void check(
            PrivacyEvent event, DoubleUnaryOperator with, DoubleUnaryOperator without, double epsilon) {
        var pair = (LossPair) LossSource.of(event);
        assertThat(pair.above(epsilon)).as("%s", event).isCloseTo(integral(with, without, epsilon), within(1e-6));
        assertThat(pair.below(epsilon)).as("%s", event).isCloseTo(integral(without, with, epsilon), within(1e-6));
        assertThat(pair.reversed().above(epsilon)).isEqualTo(pair.below(epsilon));
    }

    private static double integral(DoubleUnaryOperator p, DoubleUnaryOperator q, double epsilon) {
        double step = 1e-3;
        double excess = 0;
        double whole = 0;
        for (double x = -30; x < 30; x += step) {
            double density = p.applyAsDouble(x + step / 2);
            whole += density;
            excess += Math.max(0, density - Math.exp(epsilon) * q.applyAsDouble(x + step / 2));
        }
        return excess / whole;
    }

    private static DoubleUnaryOperator mixed(double rate, DoubleUnaryOperator moved, DoubleUnaryOperator rest) {
        return x -> rate * moved.applyAsDouble(x) + (1 - rate) * rest.applyAsDouble(x);
    }

    private static double gaussian(double x, double sigma) {
        return Math.exp(-x * x / 2 / sigma / sigma);
    }
}
