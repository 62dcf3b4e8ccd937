package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Precision;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Function;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of layer against traces from Python's PyTorch, see src/test/python/golden_layers.py. */
class LayerTraceTest {
    private static final int ROWS = 5;
    private static final double TOLERANCE = 1e-5;
    private static final Map<String, Network> NETWORKS = new LinkedHashMap<>();

    private static void add(String name, Shape row, Layer... layers) {
        NETWORKS.put(name, Network.of(row, layers));
    }

    static {
        add("linear", Shape.of(6), Layer.linear(6, 4));
        add("linear-of-steps", Shape.of(3, 6), Layer.linear(6, 4).withoutBias());
        add("conv", Shape.of(3, 7, 6), Layer.conv2d(3, 5, 3).stride(2).padding(1));
        add(
                "conv-many-channels",
                Shape.of(17, 6, 6),
                Layer.conv2d(17, 18, 3).padding(1),
                Layer.tanh(),
                Layer.conv2d(18, 5, 3));
        add("conv-grouped", Shape.of(4, 6, 7), Layer.conv2d(4, 6, 2).groups(2).withoutBias());
        add(
                "conv-transposed",
                Shape.of(4, 3, 4),
                Layer.convTranspose2d(4, 3, 3, 2).padding(1, 1));
        Layer.Conv2d single = Layer.conv2d(2, 3, 1);
        add("max-pool", Shape.of(2, 7, 7), single, new Layer.Pool2d(Layer.Pooling.MAX, 3, 2, 1));
        add("average-pool", Shape.of(2, 7, 7), single, new Layer.Pool2d(Layer.Pooling.AVERAGE, 3, 2, 1));
        add("global-pool", Shape.of(2, 4, 5), single, Layer.globalAveragePool());
        add("mean-over-steps", Shape.of(4, 3), Layer.linear(3, 5), Layer.meanOverSteps());
        add("last-step", Shape.of(4, 3), Layer.linear(3, 5), Layer.lastStep());
        for (Function function : Function.values()) {
            add(function.name().toLowerCase(Locale.ROOT), Shape.of(5), Layer.linear(5, 8), Layer.activation(function));
        }
        add("batch-norm", Shape.of(4), Layer.linear(4, 6), Layer.batchNorm(6));
        add("batch-norm-of-images", Shape.of(3, 4, 4), Layer.conv2d(3, 4, 3), Layer.batchNorm(4));
        add("group-norm", Shape.of(6, 3, 3), Layer.groupNorm(2, 6));
        add("layer-norm", Shape.of(3, 6), Layer.layerNorm(6));
        add("rms-norm", Shape.of(3, 6), Layer.rmsNorm(6));
        add(
                "embedding-learned",
                Shape.of(5),
                Layer.embedding(7, 4),
                Layer.positionalEncoding(Positions.LEARNED, 6, 4),
                Layer.tanh());
        add(
                "embedding-sinusoidal",
                Shape.of(5),
                Layer.embedding(7, 4),
                Layer.positionalEncoding(Positions.SINUSOIDAL, 6, 4),
                Layer.tanh());
        add("attention", Shape.of(4, 6), Layer.attention(6, 2));
        add("attention-causal", Shape.of(4, 6), Layer.attention(6, 3).causal());
        add("transformer-block", Shape.of(4, 6), Layer.transformerBlock(Layer.attention(6, 2), 10, 0));
        add(
                "transformer-block-causal",
                Shape.of(4, 6),
                Layer.transformerBlock(Layer.attention(6, 2).causal(), 10, 0));
        add("lstm", Shape.of(4, 3), Layer.lstm(3, 5));
        add("lstm-both-ways", Shape.of(4, 3), Layer.lstm(3, 5).bothWays());
        add("gru", Shape.of(4, 3), Layer.gru(3, 5));
        add("gru-both-ways", Shape.of(4, 3), Layer.gru(3, 5).bothWays());
        add("residual", Shape.of(5), Layer.residual(Layer.linear(5, 5), Layer.tanh()));
        add(
                "residual-with-shortcut",
                Shape.of(2, 5, 5),
                Layer.residual(
                                Layer.conv2d(2, 4, 3).padding(1).withoutBias(),
                                Layer.relu(),
                                Layer.conv2d(4, 4, 3).padding(1))
                        .shortcut(Layer.conv2d(2, 4, 1)));
        add("concat", Shape.of(2, 4, 4), Layer.concat(Layer.conv2d(2, 3, 3).padding(1), Layer.conv2d(2, 2, 1)));
        add(
                "concat-of-steps",
                Shape.of(3, 4),
                Layer.concat(Layer.linear(4, 3), Layer.linear(4, 2)).along(-1));
        add(
                "reshape-flatten",
                Shape.of(8),
                Layer.linear(8, 12),
                Layer.reshape(3, 2, 2),
                Layer.conv2d(3, 2, 2),
                Layer.flatten(),
                Layer.linear(2, 3));
    }

    static Stream<String> names() {
        return NETWORKS.keySet().stream();
    }

    private static Network network(String name) {
        Network network = NETWORKS.get(name);
        if (network == null) {
            throw new AssertionError(name);
        }
        return network;
    }

    private static Replicas replica(String name, Golden golden) {
        return Replicas.of(network(name), Loss.MSE, numbers(golden));
    }

    private static float[] numbers(Golden golden) {
        float[] trained = golden.get("parameters");
        if (!golden.has("statistics")) {
            return trained;
        }
        float[] rest = golden.get("statistics");
        float[] all = Arrays.copyOf(trained, trained.length + rest.length);
        System.arraycopy(rest, 0, all, trained.length, rest.length);
        return all;
    }

    @ParameterizedTest
    @MethodSource("names")
    void predict_ofALayer_equalsPyTorch(String name) throws IOException {
        Golden golden = new Golden("layer-" + name + ".txt");
        try (var replica = replica(name, golden)) {
            float[] output = replica.predict(ROWS, golden.get("features"));
            assertThat(Golden.relativeError(output, golden.get("output"))).isLessThan(TOLERANCE);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void gradient_ofALayer_equalsPyTorch(String name) throws IOException {
        Golden golden = new Golden("layer-" + name + ".txt");
        try (var replica = replica(name, golden)) {
            Batch batch = new Batch(
                    ROWS, 0, FlatBuffers.floats(golden.get("features")), FlatBuffers.floats(golden.get("targets")));
            float[] gradient = replica.gradient(batch, 1.0 / ROWS);
            assertThat(Golden.relativeError(new float[] {(float) replica.loss() / ROWS}, golden.get("loss")))
                    .isLessThan(TOLERANCE);
            assertThat(Golden.relativeError(gradient, golden.get("gradient"))).isLessThan(TOLERANCE);
            if (golden.has("statistics-after")) {
                assertThat(Golden.relativeError(statistics(replica), golden.get("statistics-after")))
                        .isLessThan(TOLERANCE);
            }
        }
    }

    private static float[] statistics(Replicas replica) {
        float[] numbers = replica.numbers();
        return Arrays.copyOfRange(numbers, replica.network().parameterCount(), numbers.length);
    }

    @Test
    void threeSteps_ofACnnWithBatchNorm_followPyTorch() throws IOException {
        Golden golden = new Golden("cnn-three-steps.txt");
        Network network = Network.of(
                Shape.of(1, 6, 6),
                Layer.conv2d(1, 4, 3).padding(1).withoutBias(),
                Layer.batchNorm(4),
                Layer.relu(),
                Layer.maxPool2d(2),
                Layer.conv2d(4, 6, 3).padding(1).withoutBias(),
                Layer.batchNorm(6),
                Layer.relu(),
                Layer.flatten(),
                Layer.linear(54, 3));
        int rows = 8;
        try (var replica = Replicas.of(network, Loss.CROSS_ENTROPY, numbers(golden))) {
            for (int step = 0; step < 3; step++) {
                replica.gradient(
                        new Batch(
                                rows,
                                3,
                                FlatBuffers.floats(part(golden.get("features"), step, rows * 36)),
                                FlatBuffers.floats(part(golden.get("targets"), step, rows))),
                        1.0 / rows);
                replica.descend(0.1);
                assertThat(Golden.relativeError(
                                Arrays.copyOf(replica.numbers(), network.parameterCount()),
                                golden.get("parameters-" + (step + 1))))
                        .isLessThan(TOLERANCE);
                assertThat(Golden.relativeError(statistics(replica), golden.get("statistics-" + (step + 1))))
                        .isLessThan(TOLERANCE);
            }
            float[] output = replica.predict(rows, part(golden.get("features"), 0, rows * 36));
            assertThat(Golden.relativeError(output, golden.get("output"))).isLessThan(TOLERANCE);
        }
    }

    private static float[] part(float[] numbers, int index, int length) {
        return Arrays.copyOfRange(numbers, index * length, (index + 1) * length);
    }

    /** bfloat16 keeps 8 bits: 2^-8 = 0.4 % for each of three products in a row. */
    @Test
    void gradient_inMixedPrecision_isPyTorchsWithinItsRounding() throws IOException {
        Golden golden = new Golden("mixed-precision.txt");
        Network network =
                Network.of(Layer.linear(20, 32), Layer.relu(), Layer.linear(32, 16), Layer.tanh(), Layer.linear(16, 3));
        Compute mixed = new Compute(Precision.BF16_MIXED, false, false);
        Batch batch =
                new Batch(16, 3, FlatBuffers.floats(golden.get("features")), FlatBuffers.floats(golden.get("targets")));
        try (var replica = Replicas.of(network, Loss.CROSS_ENTROPY, golden.get("parameters"), mixed);
                var exact = Replicas.of(network, Loss.CROSS_ENTROPY, golden.get("parameters"))) {
            float[] gradient = replica.gradient(batch, 1.0 / 16);
            assertThat(Golden.relativeError(gradient, golden.get("gradient"))).isLessThan(0.02);
            assertThat(Golden.relativeError(new float[] {(float) replica.loss() / 16}, golden.get("loss")))
                    .isLessThan(0.01);
            assertThat(Golden.relativeError(gradient, exact.gradient(batch, 1.0 / 16)))
                    .isGreaterThan(1e-4);
        }
    }
}
