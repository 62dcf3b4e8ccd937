package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Replica;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.nio.FloatBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the slow way: each row's gradient by itself from plain autograd, clipped in float64 and added. */
class GhostClipTest {
    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 50),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void clippedGradient_ofRandomNetworks_equalsClippingRowByRow(long seed) {
        var random = new SplittableRandom(seed);
        Network network = network(random);
        Loss loss = random.nextBoolean() ? Loss.MSE : Loss.BINARY_CROSS_ENTROPY;
        var model = new TorchTrainable(network, loss);
        int rows = 1 + random.nextInt(20);
        float[] features = numbers(random, rows * network.inputs(), 3);
        float[] targets = numbers(random, rows * network.outputs(), 1);
        int count = network.parameterCount();
        FloatBuffer into = FlatBuffers.floats(count);
        try (Replica replica = model.replica(FlatBuffers.floats(model.initialParameters(seed)), 1)) {
            float[][] alone = new float[rows][count];
            double[] norms = new double[rows];
            for (int row = 0; row < rows; row++) {
                replica.gradient(batch(network, features, targets, row, row + 1), 1, into);
                into.get(0, alone[row]);
                for (float g : alone[row]) {
                    norms[row] += (double) g * g;
                }
                norms[row] = Math.sqrt(norms[row]);
            }
            double[] sorted = norms.clone();
            Arrays.sort(sorted);
            double clip = Math.max(sorted[rows / 2], 1e-3);
            float[] expected = new float[count];
            for (int i = 0; i < count; i++) {
                double sum = 0;
                for (int row = 0; row < rows; row++) {
                    sum += alone[row][i] * Math.min(1, clip * (1 - 0x1p-16) / norms[row]);
                }
                expected[i] = (float) sum;
            }
            replica.clippedGradient(batch(network, features, targets, 0, rows), clip, into);
            float[] actual = new float[count];
            into.get(0, actual);
            assertThat(Golden.relativeError(actual, expected)).isLessThan(1e-5);
        }
    }

    /** The bound that privacy stands on: no row moves the sum by more than the clip norm. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void clippedGradient_ofOneRow_neverExceedsTheClipNorm(long seed) {
        var random = new SplittableRandom(seed);
        Network network = network(random);
        var model = new TorchTrainable(network, Loss.MSE);
        FloatBuffer into = FlatBuffers.floats(network.parameterCount());
        try (Replica replica = model.replica(FlatBuffers.floats(model.initialParameters(seed)), 1)) {
            for (double scale : new double[] {1e-6, 1, 1e6, 1e12, 1e17, 1e22, 1e27, 1e32, 1e37}) {
                for (double clip : new double[] {1e-6, 0.1, 10}) {
                    float[] features = numbers(random, network.inputs(), scale);
                    float[] targets = numbers(random, network.outputs(), scale);
                    replica.clippedGradient(batch(network, features, targets, 0, 1), clip, into);
                    assertThat(norm(into)).as("scale %s", scale).isLessThanOrEqualTo(clip);
                }
            }
        }
    }

    private static double norm(FloatBuffer numbers) {
        double square = 0;
        for (int i = 0; i < numbers.limit(); i++) {
            square += (double) numbers.get(i) * numbers.get(i);
        }
        return Math.sqrt(square);
    }

    /** The gradient of w x + b at w = 1 and b = 0 is (e x, e) with e = 2 (x - y): norm 1.3e45, finite, yet beyond 2^110. */
    @Test
    void clippedGradient_ofARowTooLargeForFloat32_leavesItOut() {
        assertThat(clippedOfLine(1, 1, 0, 2.55e22f)).containsExactly(0, 0);
    }

    /** Norm 2^76, within reach; but the clipped e is 16.6 of the smallest floats, and rounding it would add 2 percent. */
    @Test
    void clippedGradient_ofAnInputTooLargeForFloat32_leavesItOut() {
        assertThat(clippedOfLine(16.6 * 0x1p-34, 0, 0x1p-40f, 0x1p115f)).containsExactly(0, 0);
    }

    @Test
    void clippedGradient_withinReach_isClippedToTheNorm() {
        float[] clipped = clippedOfLine(1, 1, 0, 1e12f);
        assertThat(Math.hypot(clipped[0], clipped[1])).isBetween(1 - 0x1p-15, 1.0);
    }

    /** The one row x with target 0, on weight and bias. */
    private static float[] clippedOfLine(double clip, float weight, float bias, float x) {
        Network line = Network.of(Layer.linear(1, 1));
        var model = new TorchTrainable(line, Loss.MSE);
        FloatBuffer into = FlatBuffers.floats(2);
        try (Replica replica = model.replica(FlatBuffers.floats(new float[] {weight, bias}), 1)) {
            replica.clippedGradient(batch(line, new float[] {x}, new float[] {0}, 0, 1), clip, into);
        }
        return new float[] {into.get(0), into.get(1)};
    }

    private static Network network(SplittableRandom random) {
        List<Layer> layers = new ArrayList<>();
        int width = 1 + random.nextInt(12);
        int depth = 1 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            int next = 1 + random.nextInt(12);
            layers.add(Layer.linear(width, next));
            width = next;
            switch (random.nextInt(5)) {
                case 0 -> layers.add(Layer.relu());
                case 1 -> layers.add(Layer.tanh());
                case 2 -> layers.add(Layer.gelu());
                case 3 -> layers.add(Layer.layerNorm(width));
                default -> layers.add(Layer.scale(new float[width], numbers(random, width, 2)));
            }
        }
        layers.add(Layer.linear(width, 1 + random.nextInt(3)));
        return new Network(layers);
    }

    private static Batch batch(Network network, float[] features, float[] targets, int from, int to) {
        int in = network.inputs();
        int out = network.outputs();
        return new Batch(
                to - from,
                0,
                FlatBuffers.floats(Arrays.copyOfRange(features, from * in, to * in)),
                FlatBuffers.floats(Arrays.copyOfRange(targets, from * out, to * out)));
    }

    private static float[] numbers(SplittableRandom random, int count, double scale) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (scale * random.nextDouble(-1, 1));
        }
        return numbers;
    }
}
