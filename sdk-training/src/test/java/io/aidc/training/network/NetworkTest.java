package io.aidc.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @Test
    void network_namesAndCountsItsParametersAsPyTorchDoes() {
        Network network = Network.of(
                Layer.scale(new float[3], new float[3]),
                Layer.linear(3, 5),
                Layer.relu(),
                Layer.layerNorm(5),
                Layer.dropout(0.5),
                Layer.linear(5, 2),
                Layer.tanh());
        assertThat(network.inputs()).isEqualTo(3);
        assertThat(network.outputs()).isEqualTo(2);
        assertThat(network.parameters())
                .containsExactly(
                        new Parameter("1.weight", List.of(5, 3)),
                        new Parameter("1.bias", List.of(5)),
                        new Parameter("3.weight", List.of(5)),
                        new Parameter("3.bias", List.of(5)),
                        new Parameter("5.weight", List.of(2, 5)),
                        new Parameter("5.bias", List.of(2)));
        assertThat(network.parameterCount()).isEqualTo(15 + 5 + 5 + 5 + 10 + 2);
    }

    @Test
    void layers_thatDoNotFit_areNamedWithBothWidths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(4, 8), Layer.relu(), Layer.linear(9, 2)))
                .withMessage("layer 2 (Linear[inputs=9, outputs=2]) takes rows of width 9, but gets width 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(4, 8), Layer.layerNorm(4)))
                .withMessageContaining("layer 1");
    }

    @Test
    void network_withoutParameters_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.relu(), Layer.tanh()))
                .withMessageContaining("needs a layer with parameters");
        assertThatIllegalArgumentException().isThrownBy(Network::of);
    }

    @Test
    void network_thatIsTooLarge_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(30_000, 30_000)))
                .withMessageContaining("at most");
        assertThatIllegalArgumentException().isThrownBy(() -> Network.of(Layer.linear(100_000, 100_000)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void widths_thatAreNotPositive_areRefused(int width) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.linear(width, 1))
                .withMessage("inputs must be > 0, got " + width);
        assertThatIllegalArgumentException().isThrownBy(() -> Layer.linear(1, width));
        assertThatIllegalArgumentException().isThrownBy(() -> Layer.layerNorm(width));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void dropout_outsideItsRange_isRefused(double probability) {
        assertThatIllegalArgumentException().isThrownBy(() -> Layer.dropout(probability));
    }

    @Test
    void constants_areCheckedAndCopied() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.clamp(new float[] {0, 2}, new float[] {1, 1}))
                .withMessage("low[1] must be <= high[1], got 2.0 and 1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> Layer.clamp(new float[1], new float[2]));
        assertThatIllegalArgumentException().isThrownBy(() -> Layer.scale(new float[0], new float[0]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Layer.scale(new float[] {0}, new float[] {Float.NaN}))
                .withMessage("factor[0] must be finite, got NaN");
        float[] shift = {1};
        var scale = new Layer.Scale(shift, new float[] {2});
        shift[0] = 9;
        scale.shift()[0] = 9;
        assertThat(scale.shift()).containsExactly(1);
    }

    @Test
    void constants_compareByValue() {
        Layer one = Layer.clamp(new float[] {0}, new float[] {1});
        Layer same = Layer.clamp(new float[] {0}, new float[] {1});
        Layer other = Layer.clamp(new float[] {0}, new float[] {2});
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(other);
        Layer scale = Layer.scale(new float[] {0}, new float[] {1});
        assertThat(scale)
                .isEqualTo(Layer.scale(new float[] {0}, new float[] {1}))
                .hasSameHashCodeAs(Layer.scale(new float[] {0}, new float[] {1}))
                .isNotEqualTo(Layer.scale(new float[] {1}, new float[] {1}));
        assertThat(scale).hasToString("Scale[width=1]");
    }

    @Test
    void parameter_thatIsTooLargeOrEmpty_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("p", List.of(1 << 16, 1 << 16)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("p", List.of(0)));
        assertThat(new Parameter("scalar", List.of()).size()).isEqualTo(1);
    }
}
