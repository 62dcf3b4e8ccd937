package io.aidc.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against the distributions that the papers and PyTorch give.
 *
 * <p>Seeds are fixed, so that nothing here fails by chance; the bounds are such that another seed would fail with a chance of
 * less than 1e-6. The mean square of n numbers has the relative deviation sqrt((kurtosis - 1) / n): 0.0028 for 100,000 uniform
 * numbers and 0.0045 for as many normal ones; the bounds are 5.5 of these.
 */
class InitializerTest {
    private static final int INPUTS = 250;
    private static final int OUTPUTS = 400;
    private static final int SIZE = INPUTS * OUTPUTS;

    private static float[] weights(Initializer initializer, Layer layer, int size) {
        Network network = Network.of(shape(layer), layer).initializer(initializer);
        return Arrays.copyOf(network.initialParameters(5), size);
    }

    private static Shape shape(Layer layer) {
        if (layer instanceof Layer.Linear linear) {
            return Shape.of(linear.inputs());
        }
        return layer instanceof Layer.Conv2d conv ? Shape.of(conv.inputs(), 9, 9) : Shape.of(4);
    }

    private static double meanSquare(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += (double) number * number;
        }
        return sum / numbers.length;
    }

    private static double mean(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum / numbers.length;
    }

    private static double largest(float[] numbers) {
        double largest = 0;
        for (float number : numbers) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }

    static Stream<Arguments> uniforms() {
        return Stream.of(
                Arguments.of(Initializer.DEFAULT, 1 / Math.sqrt(INPUTS)),
                Arguments.of(Initializer.KAIMING_UNIFORM, Math.sqrt(6.0 / INPUTS)),
                Arguments.of(Initializer.XAVIER_UNIFORM, Math.sqrt(6.0 / (INPUTS + OUTPUTS))));
    }

    @ParameterizedTest
    @MethodSource("uniforms")
    void uniform_fillsItsIntervalEvenly(Initializer initializer, double bound) {
        float[] weights = weights(initializer, Layer.linear(INPUTS, OUTPUTS), SIZE);
        // The largest of n misses the bound by more than 15/n of it with chance e^-15 = 3e-7.
        assertThat(largest(weights)).isBetween(bound * (1 - 15.0 / SIZE), bound * (1 + 1e-6));
        assertThat(meanSquare(weights) / (bound * bound / 3)).isCloseTo(1, within(5.5 * Math.sqrt(0.8 / SIZE)));
        assertThat(mean(weights)).isCloseTo(0, within(5.5 * bound / Math.sqrt(3.0 * SIZE)));
        int[] bins = new int[10];
        for (float weight : weights) {
            bins[Math.min(9, (int) ((weight / bound + 1) * 5))]++;
        }
        // Each bin is binomial with deviation sqrt(n 0.1 0.9) = 95; ten bins at 5.5 deviations: 4e-7.
        for (int bin : bins) {
            assertThat(bin).isCloseTo(SIZE / 10, within(522));
        }
    }

    static Stream<Arguments> normals() {
        return Stream.of(
                Arguments.of(Initializer.KAIMING_NORMAL, Math.sqrt(2.0 / INPUTS)),
                Arguments.of(Initializer.XAVIER_NORMAL, Math.sqrt(2.0 / (INPUTS + OUTPUTS))));
    }

    @ParameterizedTest
    @MethodSource("normals")
    void normal_hasItsDeviationAndTails(Initializer initializer, double deviation) {
        float[] weights = weights(initializer, Layer.linear(INPUTS, OUTPUTS), SIZE);
        assertThat(meanSquare(weights) / (deviation * deviation)).isCloseTo(1, within(5.5 * Math.sqrt(2.0 / SIZE)));
        assertThat(mean(weights)).isCloseTo(0, within(5.5 * deviation / Math.sqrt(SIZE)));
        int within = 0;
        for (float weight : weights) {
            within += Math.abs(weight) < deviation ? 1 : 0;
        }
        // 68.27 % with binomial deviation 147.
        assertThat(within).isCloseTo((int) (0.682689 * SIZE), within(810));
        assertThat(largest(weights)).isGreaterThan(3.3 * deviation);
    }

    /** A normal distribution cut off at 2 deviations keeps 0.7737 of its variance. */
    @Test
    void truncatedNormal_isCutOffAtTwoDeviations() {
        float[] weights = weights(Initializer.TRUNCATED_NORMAL, Layer.linear(INPUTS, OUTPUTS), SIZE);
        assertThat(largest(weights)).isBetween(0.0399, 0.04 + 1e-8);
        assertThat(meanSquare(weights) / (0.02 * 0.02)).isCloseTo(0.773741, within(0.016));
    }

    @ParameterizedTest
    @CsvSource({"40, 60", "60, 40", "50, 50", "1, 7", "7, 1"})
    void orthogonal_hasOrthonormalRowsOrColumns(int outputs, int inputs) {
        float[] weights = weights(Initializer.ORTHOGONAL, Layer.linear(inputs, outputs), inputs * outputs);
        boolean byRows = outputs <= inputs;
        int count = Math.min(outputs, inputs);
        int length = Math.max(outputs, inputs);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j <= i; j++) {
                double dot = 0;
                for (int k = 0; k < length; k++) {
                    dot += byRows
                            ? (double) weights[i * inputs + k] * weights[j * inputs + k]
                            : (double) weights[k * inputs + i] * weights[k * inputs + j];
                }
                assertThat(dot).isCloseTo(i == j ? 1 : 0, within(1e-6));
            }
        }
    }

    /** A convolution's fan is its window's; the chances are those above with 72,000 numbers. */
    @Test
    void convolution_countsItsWindow() {
        Layer conv = Layer.conv2d(80, 100, 3);
        float[] weights = weights(Initializer.KAIMING_NORMAL, conv, 72_000);
        assertThat(meanSquare(weights) * 720 / 2).isCloseTo(1, within(0.03));
        assertThat(largest(weights(Initializer.DEFAULT, conv, 72_000)))
                .isBetween(1 / Math.sqrt(720) * (1 - 15.0 / 72_000), 1 / Math.sqrt(720) * (1 + 1e-6));
        float[] xavier = weights(Initializer.XAVIER_UNIFORM, conv, 72_000);
        assertThat(largest(xavier)).isCloseTo(Math.sqrt(6.0 / (720 + 900)), within(1e-4));
    }

    @Test
    void biases_besideAnInitializedMatrix_startAtZero() {
        Network network = Network.of(Layer.linear(3, 4), Layer.layerNorm(4)).initializer(Initializer.ORTHOGONAL);
        float[] numbers = network.initialParameters(1);
        assertThat(Arrays.copyOfRange(numbers, 12, 16)).containsOnly(0);
        assertThat(Arrays.copyOfRange(numbers, 16, 20)).containsOnly(1);
        assertThat(Arrays.copyOfRange(numbers, 20, 24)).containsOnly(0);
    }

    @Test
    void recurrent_startsUniformInItsHiddenWidth() {
        Network network = Network.of(Shape.of(3, 20), Layer.lstm(20, 25));
        float[] numbers = network.initialParameters(2);
        assertThat(largest(numbers)).isBetween(0.2 * (1 - 15.0 / numbers.length), 0.2 + 1e-8);
    }

    @Test
    void sameSeed_givesTheSameNumbers() {
        Network network = Network.of(Layer.linear(30, 40)).initializer(Initializer.TRUNCATED_NORMAL);
        assertThat(network.initialParameters(8)).isEqualTo(network.initialParameters(8));
        assertThat(network.initialParameters(8)).isNotEqualTo(network.initialParameters(9));
    }
}
