package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

    @ParameterizedTest
    @EnumSource(Loss.class)
    void predict_ofEveryLayer_equalsPyTorch(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (Replica replica = replica(golden, loss)) {
            float[] output = replica.predict(8, FlatBuffers.floats(golden.get("features")));
            assertThat(Golden.relativeError(output, golden.get("output"))).isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void gradient_ofEveryLayer_equalsPyTorch(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (Replica replica = replica(golden, loss)) {
            FloatBuffer into = FlatBuffers.floats(NETWORK.parameterCount());
            double sum = replica.gradient(batch(golden, loss), 1.0 / 8, into);
            assertThat(sum / 8).isCloseTo(golden.get("loss")[0], within(1e-5));
            assertThat(Golden.relativeError(array(into), golden.get("gradient")))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void clippedGradient_ofEveryLayer_equalsPyTorchRowByRow(Loss loss) throws IOException {
        Golden golden = new Golden("layers-" + loss + ".txt");
        try (Replica replica = replica(golden, loss)) {
            FloatBuffer into = FlatBuffers.floats(NETWORK.parameterCount());
            double sum = replica.clippedGradient(batch(golden, loss), golden.get("clip")[0], into);
            assertThat(sum / 8).isCloseTo(golden.get("loss")[0], within(1e-5));
            // Clipped rows are shortened by a further 2^-16, 1.5e-5.
            assertThat(Golden.relativeError(array(into), golden.get("clipped"))).isLessThan(3e-5);
        }
    }

    @Test
    void clippedGradient_belowTheClipNorm_isTheSumOfGradients() throws IOException {
        Golden golden = new Golden("layers-MSE.txt");
        try (Replica replica = replica(golden, Loss.MSE)) {
            FloatBuffer into = FlatBuffers.floats(NETWORK.parameterCount());
            replica.clippedGradient(batch(golden, Loss.MSE), 1e6, into);
            float[] mean = array(into);
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
        var model = new TorchTrainable(network, Loss.MSE);
        FloatBuffer into = FlatBuffers.floats(parameters.length);
        try (Replica replica = model.replica(FlatBuffers.floats(parameters), 1)) {
            replica.clippedGradient(
                    new Batch(targets.length, 0, FlatBuffers.floats(features), FlatBuffers.floats(targets)), 0.5, into);
        }
        return array(into);
    }

    @Test
    void gradient_withDropout_isTheSameForTheSameSeedAndNotForAnother() {
        Network network = Network.of(Layer.linear(4, 8), Layer.dropout(0.5), Layer.linear(8, 1));
        assertThat(withDropout(network, 7)).containsExactly(withDropout(network, 7));
        assertThat(withDropout(network, 7)).isNotEqualTo(withDropout(network, 8));
    }

    private static float[] withDropout(Network network, long seed) {
        var model = new TorchTrainable(network, Loss.MSE);
        float[] features = new float[4 * 16];
        Arrays.fill(features, 1);
        FloatBuffer into = FlatBuffers.floats(network.parameterCount());
        try (Replica replica = model.replica(FlatBuffers.floats(model.initialParameters(1)), seed)) {
            replica.gradient(
                    new Batch(16, 0, FlatBuffers.floats(features), FlatBuffers.floats(new float[16])), 1, into);
        }
        return array(into);
    }

    @Test
    void predict_withDropout_dropsNothing() {
        Network network = Network.of(Layer.linear(1, 1), Layer.dropout(0.9));
        var model = new TorchTrainable(network, Loss.MSE);
        try (Replica replica = model.replica(FlatBuffers.floats(new float[] {3, 1}), 1)) {
            assertThat(replica.predict(2, FlatBuffers.floats(new float[] {2, -1})))
                    .containsExactly(7, -2);
        }
    }

    @Test
    void predict_withFixedLayers_clampsThenScales() {
        Network network = Network.of(
                Layer.clamp(new float[] {0}, new float[] {10}),
                Layer.scale(new float[] {5}, new float[] {0.2f}),
                Layer.linear(1, 1));
        var model = new TorchTrainable(network, Loss.MSE);
        try (Replica replica = model.replica(FlatBuffers.floats(new float[] {1, 0}), 1)) {
            assertThat(replica.predict(3, FlatBuffers.floats(new float[] {-4, 7.5f, 99})))
                    .containsExactly(-1, 0.5f, 1);
        }
    }

    private static Replica replica(Golden golden, Loss loss) {
        return new TorchTrainable(NETWORK, loss).replica(FlatBuffers.floats(golden.get("parameters")), 1);
    }

    private static Batch batch(Golden golden, Loss loss) {
        return new Batch(
                8,
                loss == Loss.CROSS_ENTROPY ? 3 : 0,
                FlatBuffers.floats(golden.get("features")),
                FlatBuffers.floats(golden.get("targets")));
    }

    private static float[] array(FloatBuffer buffer) {
        float[] copy = new float[buffer.limit()];
        buffer.get(0, copy);
        return copy;
    }
}
