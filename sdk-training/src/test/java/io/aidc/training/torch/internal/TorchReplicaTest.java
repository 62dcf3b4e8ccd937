package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.engine.Batch;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against traces from Python's PyTorch, see src/test/python/golden.py. */
class TorchReplicaTest {
    private static final Network NETWORK = Network.of(
            Layer.linear(5, 7),
            Layer.layerNorm(7),
            Layer.gelu(),
            Layer.linear(7, 6),
            Layer.tanh(),
            Layer.linear(6, 4),
            Layer.relu(),
            Layer.linear(4, 3));

    static Stream<Loss> losses() {
        return Stream.of(Loss.CROSS_ENTROPY, Loss.MSE, Loss.BINARY_CROSS_ENTROPY);
    }

    @ParameterizedTest
    @MethodSource("losses")
    void predict_ofEveryLayer_equalsPyTorch(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (var replica = replica(golden, loss)) {
            float[] output = replica.predict(8, golden.get("features"));
            assertThat(Golden.relativeError(output, golden.get("output"))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void gradient_ofEveryLayer_equalsPyTorch(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (var replica = replica(golden, loss)) {
            float[] gradient = replica.gradient(batch(golden, loss), 1.0 / 8);
            assertThat(replica.loss() / 8).isCloseTo(golden.get("loss")[0], within(1e-5));
            assertThat(Golden.relativeError(gradient, golden.get("gradient"))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void clippedGradient_ofEveryLayer_equalsPyTorchRowByRow(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (var replica = replica(golden, loss)) {
            float[] clipped = replica.clipped(batch(golden, loss), golden.get("clip")[0]);
            assertThat(replica.loss() / 8).isCloseTo(golden.get("loss")[0], within(1e-5));
            // Clipped rows are shortened by a further 2^-16, 1.5e-5.
            assertThat(Golden.relativeError(clipped, golden.get("clipped"))).isLessThan(3e-5);
        }
    }

    @Test
    void clippedGradient_belowTheClipNorm_isTheSumOfGradients() throws IOException {
        Golden golden = new Golden("layers-MSE.txt");
        try (var replica = replica(golden, Loss.MSE)) {
            float[] mean = replica.clipped(batch(golden, Loss.MSE), 1e6);
            for (int i = 0; i < mean.length; i++) {
                mean[i] /= 8;
            }
            assertThat(Golden.relativeError(mean, golden.get("gradient"))).isLessThan(1e-5);
        }
    }

    @Test
    void clippedGradient_ofARowThatOverflows_leavesOnlyTheOthers() {
        Network network = Network.of(Layer.linear(2, 2), Layer.tanh(), Layer.linear(2, 1));
        float[] parameters = {0.1f, 0.2f, 0.3f, 0.4f, 0, 0, 0.5f, -0.5f, 0};
        float[] good = clipped(network, parameters, new float[] {1, 2}, new float[] {1});
        float[] mixed = clipped(network, parameters, new float[] {1, 2, Float.NaN, 1}, new float[] {1, 0});
        assertThat(mixed).containsExactly(good);
        assertThat(good).isNotEqualTo(new float[good.length]);
    }

    @Test
    void clippedGradient_ofAZeroGradient_isZero() {
        Network network = Network.of(Layer.linear(1, 1));
        assertThat(clipped(network, new float[] {2, 0}, new float[] {1}, new float[] {2}))
                .containsExactly(0, 0);
    }

    private static float[] clipped(Network network, float[] parameters, float[] features, float[] targets) {
        try (var replica = Replicas.of(network, Loss.MSE, parameters)) {
            return replica.clipped(Replicas.batch(network, features, targets, 0, targets.length), 0.5);
        }
    }

    @Test
    void gradient_withDropout_isTheSameForTheSameSeedAndNotForAnother() {
        Network network = Network.of(Layer.linear(4, 8), Layer.dropout(0.5), Layer.linear(8, 1));
        assertThat(withDropout(network, 7)).containsExactly(withDropout(network, 7));
        assertThat(withDropout(network, 7)).isNotEqualTo(withDropout(network, 8));
    }

    private static float[] withDropout(Network network, long seed) {
        float[] features = new float[4 * 16];
        Arrays.fill(features, 1);
        try (var replica = Replicas.of(network, Loss.MSE, 1L)) {
            replica.replica().beginStep(seed);
            return replica.gradient(Replicas.batch(network, features, new float[16], 0, 16), 1);
        }
    }

    @Test
    void predict_withDropout_dropsNothing() {
        Network network = Network.of(Layer.linear(1, 1), Layer.dropout(0.9));
        try (var replica = Replicas.of(network, Loss.MSE, new float[] {3, 1})) {
            assertThat(replica.predict(2, new float[] {2, -1})).containsExactly(7, -2);
        }
    }

    @Test
    void predict_withFixedLayers_clampsThenScales() {
        Network network = Network.of(
                Layer.clamp(new float[] {0}, new float[] {10}),
                Layer.scale(new float[] {5}, new float[] {0.2f}),
                Layer.linear(1, 1));
        try (var replica = Replicas.of(network, Loss.MSE, new float[] {1, 0})) {
            assertThat(replica.predict(3, new float[] {-4, 7.5f, 99})).containsExactly(-1, 0.5f, 1);
        }
    }

    private static Replicas replica(Golden golden, Loss loss) {
        return Replicas.of(NETWORK, loss, golden.get("parameters"));
    }

    private static Batch batch(Golden golden, Loss loss) {
        return new Batch(
                8,
                loss.equals(Loss.CROSS_ENTROPY) ? 3 : 0,
                FlatBuffers.floats(golden.get("features")),
                FlatBuffers.floats(golden.get("targets")));
    }
}
