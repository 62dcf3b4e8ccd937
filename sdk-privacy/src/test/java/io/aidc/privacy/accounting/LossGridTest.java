package io.aidc.privacy.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.privacy.accounting.LossSum.Part;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.DiscreteLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.FixedSizeWithoutReplacementGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Gaussian;
import io.aidc.privacy.accounting.PrivacyEvent.Laplace;
import io.aidc.privacy.accounting.PrivacyEvent.MixtureOfGaussians;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledGaussian;
import io.aidc.privacy.accounting.PrivacyEvent.PoissonSubsampledLaplace;
import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LossGridTest {
    private static final double STEP = 0.013;

    static Stream<PrivacyEvent> events() {
        return Stream.of(
                new Gaussian(1.3),
                new Gaussian(40),
                new PoissonSubsampledGaussian(0.2, 0.8),
                new PoissonSubsampledGaussian(0.001, 0.6),
                new PoissonSubsampledGaussian(1, 2),
                new FixedSizeWithoutReplacementGaussian(7, 50, 1.1),
                new MixtureOfGaussians(List.of(0.0, 1.0, 2.0), List.of(0.6, 0.3, 0.1), 1.7),
                new Laplace(0.7),
                new PoissonSubsampledLaplace(0.3, 1.2),
                new DiscreteLaplace(2.9, 3),
                new DiscreteGaussian(3.7, 2),
                new PureDp(0.5));
    }

    /** At and between grid points, on both sides of 0 and from both data sets. */
    @ParameterizedTest
    @MethodSource("events")
    void grids_everyEvent_encloseTheCurve(PrivacyEvent event) {
        for (LossSource source :
                List.of(LossSource.of(event), LossSource.of(event).reversed())) {
            LossGrid larger = source.larger(STEP, 1e-30);
            LossGrid smaller = source.smaller(STEP, 1e-30);
            for (double epsilon = -2; epsilon < 3; epsilon += 0.0371) {
                double above = delta(larger, epsilon);
                double below = delta(smaller, epsilon);
                double truth = truth(source, epsilon);
                assertThat(above).as("larger at %s", epsilon).isGreaterThanOrEqualTo(truth - 1e-9);
                assertThat(below).as("smaller at %s", epsilon).isLessThanOrEqualTo(truth + 1e-9);
                assertThat(above - below).as("gap at %s", epsilon).isLessThan(STEP * 1.01);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("events")
    void grids_everyEvent_haveProbabilitiesThatAddUp(PrivacyEvent event) {
        LossGrid larger = LossSource.of(event).larger(STEP, 1e-30);
        LossGrid smaller = LossSource.of(event).smaller(STEP, 1e-30);
        for (LossGrid grid : List.of(larger, smaller)) {
            assertThat(Arrays.stream(grid.masses()).sum() + grid.infinite()).isCloseTo(1, within(1e-9));
            assertThat(Arrays.stream(grid.masses()).min().orElseThrow()).isNotNegative();
        }
    }

    /** What is cut off is an infinite loss on the larger grid, and none on the smaller one. */
    @ParameterizedTest
    @MethodSource("events")
    void grids_cutOffEarly_encloseTheCurve(PrivacyEvent event) {
        LossSource source = LossSource.of(event);
        for (double epsilon = -1; epsilon < 3; epsilon += 0.0371) {
            double truth = truth(source, epsilon);
            assertThat(delta(source.larger(STEP, 0.01), epsilon)).isGreaterThanOrEqualTo(truth - 1e-9);
            assertThat(delta(source.smaller(STEP, 0.01), epsilon)).isLessThanOrEqualTo(truth + 1e-9);
        }
    }

    /** Whichever data set comes first. */
    @Test
    void sums_pairSeenFromTheOtherSide_areTheSame() {
        LossSource source = LossSource.of(new PoissonSubsampledGaussian(0.2, 1.5));
        LossSums sums = LossSums.of(Map.of(source, 10L), 1e-3);
        LossSums reversed = LossSums.of(Map.of(source.reversed(), 10L), 1e-3);
        assertThat(sums.largerEpsilon(1e-6)).isEqualTo(reversed.largerEpsilon(1e-6));
        assertThat(sums.smallerEpsilon(1e-6)).isEqualTo(reversed.smallerEpsilon(1e-6));
        assertThat(sums.largerDelta(1)).isEqualTo(reversed.largerDelta(1));
    }

    /** Three kinds of events in one sum, with and without a tilt, against plain convolution. */
    @Test
    void sum_severalParts_isTheConvolution() {
        LossGrid first = LossSource.of(new PoissonSubsampledGaussian(0.2, 1.5)).larger(0.05, 1e-12);
        LossGrid second = LossSource.of(new Laplace(0.3)).larger(0.05, 1e-12);
        double[] expected = convolve(convolve(first.masses(), first.masses()), second.masses());
        int lowest = 2 * first.lowest() + second.lowest();
        LossSum sum = new LossSum(List.of(new Part(first, 2), new Part(second, 1)));
        for (double tilt : new double[] {0, 1, 4}) {
            LossTail tail = sum.sum(tilt);
            assertThat(tail.withCut().infinite()).isGreaterThan(tail.infinite());
            for (double epsilon : new double[] {1.02, 2.5, 3.7, 5}) {
                double truth = sum.infinite();
                for (int i = 0; i < expected.length; i++) {
                    truth += Math.max(0, -Math.expm1(epsilon - (lowest + i) * 0.05)) * expected[i];
                }
                assertThat(tail.delta(epsilon)).isCloseTo(truth, within(1e-12 * (tilt == 0 ? 1 : truth) + 1e-15));
                // what was cut off is missing, which is little at ordinary δ only
                if (truth > 1e-6) {
                    assertThat(tail.epsilon(truth)).isCloseTo(epsilon, within(1e-6));
                }
            }
        }
    }

    private static double[] convolve(double[] a, double[] b) {
        double[] sum = new double[a.length + b.length - 1];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum[i + j] += a[i] * b[j];
            }
        }
        return sum;
    }

    private static double truth(LossSource source, double epsilon) {
        if (source instanceof LossPair pair) {
            return epsilon < 0 ? Math.exp(epsilon) * pair.below(-epsilon) - Math.expm1(epsilon) : pair.above(epsilon);
        }
        var atoms = (LossAtoms) source;
        return delta(atoms.losses(), atoms.masses(), epsilon) + atoms.infinite();
    }

    private static double delta(LossGrid grid, double epsilon) {
        double[] losses = new double[grid.masses().length];
        Arrays.setAll(losses, grid::loss);
        return delta(losses, grid.masses(), epsilon) + grid.infinite();
    }

    private static double delta(double[] losses, double[] masses, double epsilon) {
        double sum = 0;
        for (int i = 0; i < masses.length; i++) {
            sum += losses[i] > epsilon ? -Math.expm1(epsilon - losses[i]) * masses[i] : 0;
        }
        return sum;
    }
}
