package io.aidc.training.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.TrainedModel;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.onnx.OnnxExport;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightRoundingTest {
    /** One of each kind that holds arrays within others; rounded are the weights of five. */
    private static final Network NESTED = Network.of(
            Shape.of(2, 4, 4),
            Layer.residual(Layer.conv2d(2, 2, 3).padding(1), Layer.groupNorm(1, 2))
                    .shortcut(Layer.conv2d(2, 2, 1)),
            Layer.concat(Layer.conv2d(2, 3, 1), Layer.relu()),
            Layer.flatten(),
            Layer.linear(80, 6),
            Layer.layerNorm(6),
            Layer.linear(6, 2));

    private static float[] rounded(Network network, float[] numbers, int bits) {
        try (TrainedModel model = Blobs.model(network, numbers)) {
            return WeightRounding.toBits(bits).round(model);
        }
    }

    private static Map<String, float[]> arrays(Network network, float[] numbers) {
        Map<String, float[]> arrays = new HashMap<>();
        int from = 0;
        for (Parameter parameter : network.parameters()) {
            arrays.put(parameter.name(), Arrays.copyOfRange(numbers, from, from + parameter.size()));
            from += parameter.size();
        }
        return arrays;
    }

    /** Steps 0.3 and 2; of 2.9 steps three are left, of 0.5 none, of 1.5 two: ties go to the even one. */
    @Test
    void round_takesTheNearestMultipleOfEachOutputsStep() {
        Network network = Network.of(Layer.linear(4, 2));
        float[] numbers = {-0.9f, 0.4f, 0.1f, 0.31f, 6, 1, 3, -5.8f, 0.123f, -7.7f};
        assertThat(rounded(network, numbers, 3))
                .containsExactly(new float[] {-0.9f, 0.3f, 0, 0.3f, 6, 0, 4, -6, 0.123f, -7.7f}, within(2e-5f))
                .endsWith(0.123f, -7.7f);
        assertThat(rounded(network, numbers, 2))
                .containsExactly(new float[] {-0.9f, 0, 0, 0, 6, 0, 0, -6, 0.123f, -7.7f}, within(2e-5f));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
    void round_leavesWholeMultiplesAndAllElseAsItWas(int bits) {
        float[] numbers = Blobs.numbers(NESTED, bits);
        float[] once = rounded(NESTED, numbers, bits);
        assertThat(rounded(NESTED, once, bits)).containsExactly(once);
        Map<String, float[]> before = arrays(NESTED, numbers);
        Map<String, float[]> after = arrays(NESTED, once);
        Set<String> changed = new TreeSet<>();
        int most = (1 << (bits - 1)) - 1;
        for (Parameter parameter : NESTED.parameters()) {
            float[] was = before.getOrDefault(parameter.name(), new float[0]);
            float[] is = after.getOrDefault(parameter.name(), new float[0]);
            if (Arrays.equals(was, is)) {
                continue;
            }
            changed.add(parameter.name());
            int width = is.length / parameter.shape().extent(0);
            for (int from = 0; from < is.length; from += width) {
                float greatest = 0;
                for (int i = from; i < from + width; i++) {
                    greatest = Math.max(greatest, Math.abs(is[i]));
                }
                float step = greatest / most;
                for (int i = from; i < from + width; i++) {
                    int multiple = Math.round(is[i] / step);
                    assertThat(is[i]).isEqualTo(multiple * step);
                    assertThat(Math.abs(multiple)).isLessThanOrEqualTo(most);
                    assertThat(is[i]).isCloseTo(was[i], within(0.5001f * step));
                }
            }
        }
        assertThat(changed).hasSize(5).allMatch(name -> name.endsWith("weight"));
    }

    @Test
    void round_ofAnOutputWithoutWeights_leavesZeros() {
        Network network = Network.of(Layer.linear(2, 2));
        float[] numbers = {0, 0, 1, Float.MIN_VALUE, 5, 6};
        assertThat(rounded(network, numbers, 8)).containsExactly(new float[] {0, 0, 1, 0, 5, 6}, within(1e-5f));
        assertThat(rounded(network, new float[] {Float.MIN_VALUE, 0, 0, 0, 0, 0}, 2))
                .containsOnly(0);
    }

    /** What a runtime computes with the rounded weights is what the model does. */
    @Test
    void export_ofARoundedModel_answersAsTheModelDoes() {
        float[] numbers = rounded(NESTED, Blobs.numbers(NESTED, 1), 8);
        float[][] rows = Blobs.inputs(NESTED, 10, 3);
        try (TrainedModel model = Blobs.model(NESTED, numbers)) {
            assertThat(OnnxExport.of(model).verified(rows, 1e-5).bytes()).isNotEmpty();
        }
    }

    @Test
    void bits_outOfRange_areRefused() {
        for (int bits : List.of(-1, 0, 1, 9, Integer.MAX_VALUE)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> WeightRounding.toBits(bits))
                    .withMessage("bits must be in [2, 8], got " + bits);
        }
    }
}
