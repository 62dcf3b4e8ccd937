package io.aidc.training.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.TrainedModel;
import io.aidc.training.compress.StructuredPruning.Pruned;
import io.aidc.training.network.Function;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class StructuredPruningTest {
    /** Sets everything that a unit gives to 0: its weights, its bias, and the gain and bias of its normalisation. */
    private static void silence(Network network, float[] numbers, int layer, int... units) {
        int offset = 0;
        for (Parameter array : network.parameters()) {
            boolean belongs = array.name().startsWith(layer + ".")
                    || (array.name().startsWith(layer + 1 + ".")
                            && network.layers().get(layer + 1) instanceof Layer.BatchNorm);
            if (belongs) {
                int width = array.size() / array.shape().extent(0);
                for (int unit : units) {
                    for (int i = 0; i < width; i++) {
                        numbers[offset + unit * width + i] = 0;
                    }
                }
            }
            offset += array.size();
        }
    }

    private static Pruned prune(Network network, float[] numbers, double kept) {
        try (TrainedModel model = Blobs.model(network, numbers)) {
            Pruned pruned = StructuredPruning.keeping(kept).prune(network, model);
            assertThat(model.numbers()).as("the model itself").containsExactly(numbers);
            return pruned;
        }
    }

    private static void requireSameAnswers(Network network, float[] numbers, Pruned pruned) {
        float[][] rows = Blobs.inputs(network, 20, 9);
        try (TrainedModel larger = Blobs.model(network, numbers);
                TrainedModel smaller = Blobs.model(pruned.network(), pruned.numbers())) {
            float[][] expected = larger.predict(rows);
            float[][] actual = smaller.predict(rows);
            for (int i = 0; i < rows.length; i++) {
                assertThat(actual[i]).containsExactly(expected[i], Offset.offset(1e-5f));
            }
        }
    }

    @Test
    void prune_ofSilentUnitsInALinearChain_changesNoAnswer() {
        Network network = Network.of(
                Layer.linear(4, 6),
                Layer.relu(),
                Layer.dropout(0.5),
                Layer.linear(6, 5).withoutBias(),
                Layer.tanh(),
                Layer.linear(5, 3));
        float[] numbers = Blobs.numbers(network, 1);
        silence(network, numbers, 0, 1, 4, 5);
        silence(network, numbers, 3, 0, 2);
        Pruned pruned = prune(network, numbers, 0.5);
        assertThat(pruned.network().layers())
                .containsExactly(
                        Layer.linear(4, 3),
                        Layer.relu(),
                        Layer.dropout(0.5),
                        Layer.linear(3, 3).withoutBias(),
                        Layer.tanh(),
                        Layer.linear(3, 3));
        requireSameAnswers(network, numbers, pruned);
    }

    @Test
    void prune_ofSilentChannelsInAConvolutionalChain_changesNoAnswer() {
        Network network = Network.of(
                Shape.of(2, 6, 6),
                Layer.conv2d(2, 4, 3).padding(1),
                Layer.batchNorm(4),
                Layer.relu(),
                Layer.maxPool2d(2),
                Layer.conv2d(4, 6, 3).padding(1).withoutBias(),
                Layer.batchNorm(6),
                Layer.relu(),
                Layer.flatten(),
                Layer.linear(54, 3));
        float[] numbers = Blobs.numbers(network, 2);
        silence(network, numbers, 0, 0, 3);
        silence(network, numbers, 4, 1, 2, 5);
        Pruned pruned = prune(network, numbers, 0.5);
        assertThat(pruned.network().input()).isEqualTo(Shape.of(2, 6, 6));
        assertThat(pruned.network().layers())
                .containsExactly(
                        Layer.conv2d(2, 2, 3).padding(1),
                        Layer.batchNorm(2),
                        Layer.relu(),
                        Layer.maxPool2d(2),
                        Layer.conv2d(2, 3, 3).padding(1).withoutBias(),
                        Layer.batchNorm(3),
                        Layer.relu(),
                        Layer.flatten(),
                        Layer.linear(27, 3));
        requireSameAnswers(network, numbers, pruned);
    }

    @Test
    void prune_throughAGlobalAverageOrANormOfWhatIsFlat_changesNoAnswer() {
        for (Layer[] end : new Layer[][] {
            {Layer.globalAveragePool(), Layer.linear(4, 2)},
            {Layer.flatten(), Layer.batchNorm(36), Layer.relu(), Layer.linear(36, 2)}
        }) {
            List<Layer> layers = new ArrayList<>(List.of(Layer.conv2d(1, 4, 3).padding(1), Layer.relu()));
            layers.addAll(List.of(end));
            Network network = Network.of(Shape.of(1, 3, 3), layers.toArray(Layer[]::new));
            float[] numbers = Blobs.numbers(network, 3);
            silence(network, numbers, 0, 2, 3);
            // What the norm makes of a silent channel is silenced by hand: it is of no layer next to the convolution.
            int offset = 0;
            for (Parameter array : network.parameters()) {
                if (array.name().startsWith("3.") && array.size() == 36) {
                    Arrays.fill(numbers, offset + 18, offset + 36, 0);
                }
                offset += array.size();
            }
            Pruned pruned = prune(network, numbers, 0.5);
            assertThat(pruned.network().layers().get(0))
                    .isEqualTo(Layer.conv2d(1, 2, 3).padding(1));
            requireSameAnswers(network, numbers, pruned);
        }
    }

    @Test
    void prune_keepsTheUnitsOfTheGreatestNormInTheirOrder() {
        Network network = Network.of(Layer.linear(2, 3), Layer.relu(), Layer.linear(3, 1));
        float[] numbers = {3, 4, -1, 1, 0, -6, 10, 20, 30, 7, 8, 9, 5};
        Pruned pruned = prune(network, numbers, 0.67);
        assertThat(pruned.numbers()).containsExactly(3, 4, 0, -6, 10, 30, 7, 9, 5);
    }

    @Test
    void prune_keepsAtLeastOneUnitAndAllIfAsked() {
        Network network = Network.of(Layer.linear(2, 3), Layer.relu(), Layer.linear(3, 1));
        float[] numbers = Blobs.numbers(network, 4);
        assertThat(prune(network, numbers, 0.01).network().layers().get(0)).isEqualTo(Layer.linear(2, 1));
        Pruned whole = prune(network, numbers, 1);
        assertThat(whole.network()).isEqualTo(network);
        assertThat(whole.numbers()).containsExactly(numbers);
    }

    @Test
    void prune_whereUnitsAreReadElsewhereOrMixed_leavesThemAlone() {
        for (Network network : List.of(
                Network.of(Layer.linear(4, 4), Layer.residual(Layer.tanh()), Layer.linear(4, 2)),
                Network.of(Layer.linear(4, 4), Layer.activation(Function.SOFTMAX), Layer.linear(4, 2)),
                Network.of(Layer.linear(4, 4), Layer.layerNorm(4), Layer.linear(4, 2)),
                Network.of(Layer.linear(4, 4)),
                Network.of(Shape.of(3, 2), Layer.linear(2, 4), Layer.tanh(), Layer.flatten(), Layer.linear(12, 2)),
                Network.of(Shape.of(2, 3, 4), Layer.linear(4, 4), Layer.relu(), Layer.conv2d(2, 2, 3)),
                Network.of(Shape.of(2, 4, 4), Layer.conv2d(2, 4, 3).padding(1), Layer.relu(), Layer.linear(4, 2)))) {
            float[] numbers = Blobs.numbers(network, 5);
            Pruned pruned = prune(network, numbers, 0.5);
            assertThat(pruned.network()).isEqualTo(network);
            assertThat(pruned.numbers()).containsExactly(numbers);
        }
    }

    @Test
    void prune_ofUnitsAtEachStepOfASequence_changesNoAnswer() {
        Network network = Network.of(
                Shape.of(3, 2),
                Layer.linear(2, 4),
                Layer.relu(),
                Layer.linear(4, 2),
                Layer.flatten(),
                Layer.linear(6, 2));
        float[] numbers = Blobs.numbers(network, 6);
        silence(network, numbers, 0, 0, 2);
        Pruned pruned = prune(network, numbers, 0.5);
        assertThat(pruned.network().layers())
                .containsExactly(
                        Layer.linear(2, 2), Layer.relu(), Layer.linear(2, 2), Layer.flatten(), Layer.linear(6, 2));
        requireSameAnswers(network, numbers, pruned);
    }

    @Test
    void prune_ofAModelOfAnotherNetwork_isRefused() {
        Network network = Network.of(Layer.linear(2, 3), Layer.relu(), Layer.linear(3, 1));
        for (Network other : List.of(
                Network.of(Layer.linear(2, 4), Layer.relu(), Layer.linear(4, 1)),
                Network.of(Layer.linear(3, 2), Layer.relu(), Layer.linear(2, 1)),
                Network.of(Layer.linear(2, 3), Layer.relu(), Layer.linear(3, 1), Layer.linear(1, 1)),
                Network.of(Layer.linear(2, 3)))) {
            try (TrainedModel model = Blobs.model(other, Blobs.numbers(other, 7))) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> StructuredPruning.keeping(0.5).prune(network, model))
                        .withMessageStartingWith(
                                "the model was made of another network: it has [Parameter[name=0.weight");
            }
        }
    }

    @Test
    void keeping_outOfRange_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StructuredPruning.keeping(0))
                .withMessage("part must be in (0, 1], got 0.0");
        assertThatIllegalArgumentException().isThrownBy(() -> StructuredPruning.keeping(1.01));
        assertThatIllegalArgumentException().isThrownBy(() -> StructuredPruning.keeping(Double.NaN));
    }
}
