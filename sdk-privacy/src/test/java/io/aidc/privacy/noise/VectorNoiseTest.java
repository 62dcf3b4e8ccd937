package io.aidc.privacy.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link GaussianNoise} and {@link LaplaceNoise}. */
class VectorNoiseTest {
    private static final int LENGTH = 200_000;

    /** Fixed seed; mean and variance within five standard errors, for every coordinate alike. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.7, 1, 3000})
    void addTo_standardDeviation_isMet(double sigma) {
        double[] values = new double[LENGTH];
        Arrays.fill(values, 5 * sigma);
        new GaussianNoise(SeededBits.of(1)).addTo(values, sigma);
        assertMoments(values, 5 * sigma, sigma * sigma, 2);
    }

    @Test
    void addTo_floats_getTheSameNoise() {
        float[] values = new float[LENGTH];
        Arrays.fill(values, 1f);
        new GaussianNoise(SeededBits.of(2)).addTo(values, 2.0);
        double[] wide = new double[LENGTH];
        Arrays.fill(wide, 1);
        new GaussianNoise(SeededBits.of(2)).addTo(wide, 2.0);
        for (int i = 0; i < LENGTH; i++) {
            assertThat(values[i]).isEqualTo((float) wide[i]);
        }
    }

    @Test
    void addTo_sensitivityAndMultiplier_isTheirProduct() {
        double[] values = new double[LENGTH];
        new GaussianNoise(SeededBits.of(3)).addTo(values, 0.5, 6.0);
        assertMoments(values, 0, 9, 2);
    }

    @Test
    void addTo_laplace_hasScaleSensitivityOverEpsilon() {
        double[] values = new double[LENGTH];
        Arrays.fill(values, -4);
        new LaplaceNoise(SeededBits.of(4)).addTo(values, 3, 0.5);
        assertMoments(values, -4, 2 * 36, 5);
    }

    /**
     * The attack on floating-point noise: from the low bits of the output, tell the input. Here all outputs are
     * multiples of one power of two whatever the input was.
     */
    @Test
    void addTo_neighbouringInputs_landOnTheSameLattice() {
        double step = Lattice.forNoise(1.0).step();
        for (double input : new double[] {0, 1, 0.1, 1.0 / 3, Math.nextUp(1.0), Double.MIN_VALUE}) {
            double[] gaussian = new double[100_000];
            Arrays.fill(gaussian, input);
            double[] laplace = gaussian.clone();
            new GaussianNoise(SeededBits.of(5)).addTo(gaussian, 1, 1);
            new LaplaceNoise(SeededBits.of(5)).addTo(laplace, 1, 1);
            assertThat(Arrays.stream(gaussian)).allMatch(value -> Math.rint(value / step) == value / step);
            assertThat(Arrays.stream(laplace)).allMatch(value -> Math.rint(value / step) == value / step);
        }
    }

    /** At the same random stream two inputs differ by their distance, rounded: nothing else of the input shows. */
    @Test
    void addTo_sameStream_shiftsByTheInput() {
        double[] zeros = new double[1000];
        double[] shifted = new double[1000];
        Arrays.fill(shifted, 0.1);
        new GaussianNoise(SeededBits.of(6)).addTo(zeros, 1.0);
        new GaussianNoise(SeededBits.of(6)).addTo(shifted, 1.0);
        double distance = shifted[0] - zeros[0];
        for (int i = 0; i < zeros.length; i++) {
            assertThat(shifted[i] - zeros[i]).isEqualTo(distance);
        }
        assertThat(distance).isCloseTo(0.1, within(0x1p-40));
    }

    /** Rounding moves n coordinates by up to one step each, √n in L2 and n in L1: the draws are those of that noise. */
    @Test
    void addTo_roundedValues_drawNoiseThatPaysForTheRounding() {
        int n = 10_000;
        Lattice lattice = Lattice.forNoise(3);
        var widest = DiscreteGaussian.ofStandardDeviation(Math.ceil(1000 * (0.003 / lattice.step() + 100)) + 1);
        var stated = DiscreteGaussian.ofStandardDeviation(Math.ceil(1.5 * (2 / lattice.step() + 100)) + 1);
        var laplace = DiscreteLaplace.ofScale(Math.ceil((6 / lattice.step() + n) / 2) + 1);
        double[] doubles = new double[n];
        float[] floats = new float[n];
        double[] sensitive = new double[n];
        double[] laplaces = new double[n];
        new GaussianNoise(SeededBits.of(8)).addTo(doubles, 3.0);
        new GaussianNoise(SeededBits.of(8)).addTo(floats, 3.0);
        new GaussianNoise(SeededBits.of(8)).addTo(sensitive, 2, 1.5);
        new LaplaceNoise(SeededBits.of(8)).addTo(laplaces, 6, 2);
        RandomBits forDoubles = SeededBits.of(8);
        RandomBits forSensitive = SeededBits.of(8);
        RandomBits forLaplaces = SeededBits.of(8);
        for (int i = 0; i < n; i++) {
            double expected = widest.sample(forDoubles) * lattice.step();
            assertThat(doubles[i]).isEqualTo(expected);
            assertThat(floats[i]).isEqualTo((float) expected);
            assertThat(sensitive[i]).isEqualTo(stated.sample(forSensitive) * lattice.step());
            assertThat(laplaces[i]).isEqualTo(laplace.sample(forLaplaces) * lattice.step());
        }
    }

    @Test
    void addTo_hugeValues_stayFinite() {
        double[] values = {Double.MAX_VALUE, -Double.MAX_VALUE, 1e300};
        new GaussianNoise(SeededBits.of(7)).addTo(values, 1.0);
        assertThat(values).containsExactly(Double.MAX_VALUE, -Double.MAX_VALUE, 1e300);
    }

    @Test
    void addTo_outOfReach_isNamedAndNothingChanges() {
        double[] values = {1, 2};
        try (GaussianNoise gaussian = GaussianNoise.open();
                LaplaceNoise laplace = LaplaceNoise.open()) {
            assertThatThrownBy(() -> gaussian.addTo(values, 1, 1e15))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("noiseMultiplier must be at most 2^49/sqrt(length), got 1.0E15");
            assertThatThrownBy(() -> gaussian.addTo(values, 1e-300, 1)).hasMessageStartingWith("noise scale must be");
            assertThatThrownBy(() -> laplace.addTo(values, 1e-300, 1)).hasMessageStartingWith("noise scale must be");
        }
        assertThat(values).containsExactly(1, 2);
    }

    @Test
    void addTo_empty_doesNothing() {
        try (GaussianNoise noise = GaussianNoise.open()) {
            noise.addTo(new double[0], 1.0);
            noise.addTo(new float[0], 1.0);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void addTo_badParameter_isNamed(double bad) {
        try (GaussianNoise gaussian = GaussianNoise.open();
                LaplaceNoise laplace = LaplaceNoise.open()) {
            String rest = " must be > 0 and finite, got " + bad;
            assertThatThrownBy(() -> gaussian.addTo(new double[1], bad)).hasMessage("standardDeviation" + rest);
            assertThatThrownBy(() -> gaussian.addTo(new float[1], bad)).hasMessage("standardDeviation" + rest);
            assertThatThrownBy(() -> gaussian.addTo(new double[1], bad, 1)).hasMessage("sensitivity" + rest);
            assertThatThrownBy(() -> gaussian.addTo(new double[1], 1, bad)).hasMessage("noiseMultiplier" + rest);
            assertThatThrownBy(() -> laplace.addTo(new double[1], bad, 1)).hasMessage("sensitivity" + rest);
            assertThatThrownBy(() -> laplace.addTo(new double[1], 1, bad)).hasMessage("epsilon" + rest);
        }
    }

    @Test
    void addTo_nonFiniteValue_isRefusedAndChangesNothing() {
        double[] values = {1, 2, Double.NaN};
        float[] floats = {1, Float.POSITIVE_INFINITY};
        try (GaussianNoise gaussian = GaussianNoise.open();
                LaplaceNoise laplace = LaplaceNoise.open()) {
            assertThatThrownBy(() -> gaussian.addTo(values, 1.0)).hasMessage("value at index 2 must be finite");
            assertThatThrownBy(() -> gaussian.addTo(floats, 1.0)).hasMessage("value at index 1 must be finite");
            assertThatThrownBy(() -> laplace.addTo(values, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(values).containsExactly(1, 2, Double.NaN);
        assertThat(floats).containsExactly(1, Float.POSITIVE_INFINITY);
    }

    @Test
    void addTo_afterClose_fails() {
        GaussianNoise gaussian = GaussianNoise.open();
        LaplaceNoise laplace = LaplaceNoise.open();
        gaussian.close();
        gaussian.close();
        laplace.close();
        assertThatThrownBy(() -> gaussian.addTo(new double[1], 1.0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> laplace.addTo(new double[1], 1, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void addTo_twoThreads_neverShareNoise() {
        double[] first = new double[50_000];
        double[] second = new double[50_000];
        try (GaussianNoise noise = GaussianNoise.open()) {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(() -> noise.addTo(first, 1.0)),
                            CompletableFuture.runAsync(() -> noise.addTo(second, 1.0)))
                    .join();
        }
        double[] difference = new double[first.length];
        for (int i = 0; i < first.length; i++) {
            difference[i] = first[i] - second[i];
        }
        // independent noise: variance 2, standard error 2√(2/n); eight of them, false alarm 1e-15
        double variance = Arrays.stream(difference).map(d -> d * d).average().orElseThrow();
        assertThat(variance).isCloseTo(2, within(8 * 2 * Math.sqrt(2.0 / first.length)));
    }

    /** @param kurtosisMinusOne the variance of the squared noise over the squared variance */
    private static void assertMoments(double[] values, double mean, double variance, double kurtosisMinusOne) {
        double average = Arrays.stream(values).average().orElseThrow();
        double spread = Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .average()
                .orElseThrow();
        assertThat(average).isCloseTo(mean, within(5 * Math.sqrt(variance / values.length)));
        assertThat(spread / variance).isCloseTo(1, within(5 * Math.sqrt(kurtosisMinusOne / values.length)));
    }
}
