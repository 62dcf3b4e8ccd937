package io.aidc.training.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
                        new Parameter("1.weight", Shape.of(5, 3)),
                        new Parameter("1.bias", Shape.of(5)),
                        new Parameter("3.weight", Shape.of(5)),
                        new Parameter("3.bias", Shape.of(5)),
                        new Parameter("5.weight", Shape.of(2, 5)),
                        new Parameter("5.bias", Shape.of(2)));
        assertThat(network.parameterCount()).isEqualTo(15 + 5 + 5 + 5 + 10 + 2);
    }

    @Test
    void network_ofImages_infersItsShapes() {
        Network network = Network.of(
                Shape.of(3, 32, 24),
                Layer.conv2d(3, 8, 3).padding(1).stride(2),
                Layer.batchNorm(8),
                Layer.maxPool2d(2),
                Layer.residual(Layer.conv2d(8, 4, 1).withoutBias()).shortcut(Layer.conv2d(8, 4, 1)),
                Layer.concat(Layer.relu(), Layer.conv2d(4, 6, 3).padding(1).groups(2)),
                Layer.convTranspose2d(10, 2, 3, 2).padding(1, 1),
                Layer.flatten(),
                Layer.linear(2 * 16 * 12, 5));
        assertThat(network.inputs()).isEqualTo(3 * 32 * 24);
        assertThat(network.output()).isEqualTo(Shape.of(5));
        assertThat(network.parameters().stream().map(Parameter::name))
                .containsExactly(
                        "0.weight",
                        "0.bias",
                        "1.weight",
                        "1.bias",
                        "3.0.weight",
                        "3.shortcut.0.weight",
                        "3.shortcut.0.bias",
                        "4.1.weight",
                        "4.1.bias",
                        "5.weight",
                        "5.bias",
                        "7.weight",
                        "7.bias");
        assertThat(network.statistics())
                .containsExactly(
                        new Parameter("1.running_mean", Shape.of(8)), new Parameter("1.running_var", Shape.of(8)));
        assertThat(network.initialParameters(1)).hasSize(network.parameterCount() + 16);
    }

    @Test
    void network_ofSequences_infersItsShapesAndKnowsItsVocabulary() {
        Network network = Network.of(
                Shape.of(12),
                Layer.embedding(100, 16),
                Layer.positionalEncoding(Positions.LEARNED, 20, 16),
                Layer.transformerBlock(Layer.attention(16, 4), 32, 0.1),
                Layer.lstm(16, 8).bothWays(),
                Layer.gru(16, 6),
                Layer.lastStep(),
                Layer.linear(6, 2));
        assertThat(network.vocabulary()).hasValue(100);
        assertThat(network.outputs()).isEqualTo(2);
        assertThat(network.parameters().stream().map(Parameter::name))
                .contains("2.0.0.weight", "2.0.1.in_proj_weight", "2.1.1.bias", "3.weight_hh_l0_reverse");
        assertThat(network.summary()).contains("total").contains("2.0.1").contains("[12, 16]");
    }

    @Test
    void layers_withinLayersThatDoNotFit_areNamedByTheirPlace() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(
                        Layer.linear(4, 8),
                        Layer.residual(Layer.linear(8, 4), Layer.sequential(Layer.relu(), Layer.linear(5, 8)))))
                .withMessage(
                        "layer 1.1.1 (Linear[inputs=5, outputs=8, bias=true]) takes rows of shape [5], but gets [4]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(4, 8), Layer.residual(Layer.linear(8, 4))))
                .withMessageContaining("the body hands on rows of shape [4], but the shortcut [8]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Shape.of(3, 2, 2), Layer.conv2d(3, 4, 3)))
                .withMessageContaining("images that hold its window of 3 pixels");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Network.of(Shape.of(4), Layer.linear(4, 4), Layer.embedding(10, 4), Layer.meanOverSteps()))
                .withMessageContaining("a network begins with");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.flatten(), Layer.linear(4, 1)))
                .withMessageContaining("Network.of(Shape.of(...)");
    }

    @Test
    void layers_thatDoNotFit_areNamedWithBothWidths() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(4, 8), Layer.relu(), Layer.linear(9, 2)))
                .withMessage("layer 2 (Linear[inputs=9, outputs=2, bias=true]) takes rows of shape [9], but gets [8]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Layer.linear(4, 8), Layer.layerNorm(4)))
                .withMessageContaining("layer 1");
    }

    @Test
    void network_withoutParameters_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Network.of(Shape.of(3), Layer.relu(), Layer.tanh()))
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
        assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("p", Shape.of(1 << 16, 1 << 16)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Parameter("p", Shape.of(0)));
        assertThat(new Parameter("scalar", Shape.of()).size()).isEqualTo(1);
    }
}
