package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Precision;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the slow way: each row's gradient by itself from plain autograd, clipped in float64 and added. */
class GhostClipTest {
    private static final double GUARD = 1 - 0x1p-16;

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 60),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    static LongStream fewerSeeds() {
        return LongStream.concat(
                LongStream.range(0, 25),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    /** A network for each rule, and for each side of the choice between Gram matrices and gradients that are held. */
    private static final Map<String, Network> RULES = new LinkedHashMap<>();

    static {
        RULES.put("linear", Network.of(Layer.linear(5, 3).withoutBias()));
        RULES.put("linear of short sequences", sequence(3, Layer.linear(9, 8)));
        RULES.put("linear of long sequences", sequence(12, Layer.linear(3, 4)));
        RULES.put(
                "linear of short sequences without bias",
                sequence(3, Layer.linear(9, 8).withoutBias()));
        RULES.put(
                "linear of matrices",
                Network.of(Shape.of(2, 3, 4), Layer.linear(4, 5), Layer.flatten(), Layer.linear(30, 2)));
        RULES.put("convolution, large", image(2, 9, Layer.conv2d(2, 3, 3)));
        RULES.put(
                "convolution, small",
                image(8, 5, Layer.conv2d(8, 9, 3).stride(2).padding(1)));
        RULES.put(
                "convolution, large, grouped",
                image(4, 8, Layer.conv2d(4, 6, 3).groups(2).stride(2)));
        RULES.put(
                "convolution, small, grouped",
                image(12, 4, Layer.conv2d(12, 10, 3).groups(2).withoutBias()));
        RULES.put("transposed convolution, large", image(2, 6, Layer.convTranspose2d(2, 3, 2, 2)));
        RULES.put(
                "transposed convolution, small",
                image(9, 2, Layer.convTranspose2d(9, 7, 3, 2).padding(1, 1)));
        RULES.put(
                "embedding",
                Network.of(
                        Shape.of(9),
                        Layer.embedding(5, 4),
                        Layer.positionalEncoding(Positions.LEARNED, 11, 4),
                        Layer.tanh(),
                        Layer.meanOverSteps(),
                        Layer.linear(4, 2)));
        RULES.put(
                "norms",
                Network.of(
                        Shape.of(4, 6),
                        Layer.groupNorm(2, 4),
                        Layer.layerNorm(6),
                        Layer.rmsNorm(6),
                        Layer.flatten(),
                        Layer.linear(24, 2)));
        RULES.put("attention", sequence(5, Layer.attention(8, 2)));
        RULES.put(
                "branches first",
                Network.of(Shape.of(3), Layer.concat(Layer.linear(3, 2), Layer.linear(3, 4)), Layer.linear(6, 1)));
        RULES.put("row by row", sequence(4, Layer.gru(3, 5)));
    }

    private static Network sequence(int steps, Layer layer) {
        int width = layer instanceof Layer.Linear linear
                ? linear.inputs()
                : layer instanceof Layer.MultiHeadAttention attention ? attention.width() : 3;
        return Network.of(Shape.of(steps, width), layer, Layer.tanh(), Layer.meanOverSteps());
    }

    private static Network image(int channels, int edge, Layer layer) {
        return Network.of(Shape.of(channels, edge, edge), layer, Layer.tanh(), Layer.globalAveragePool());
    }

    static Stream<String> rules() {
        return RULES.keySet().stream();
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void clippedGradient_ofRandomNetworks_equalsClippingRowByRow(long seed) {
        var random = new SplittableRandom(seed);
        compare(RandomNetworks.of(random), random, seed);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void clippedGradient_ofEachRule_equalsClippingRowByRow(String rule) {
        for (long seed = 0; seed < 3; seed++) {
            compare(network(rule), new SplittableRandom(seed), seed);
        }
    }

    private static Network network(String rule) {
        Network network = RULES.get(rule);
        if (network == null) {
            throw new AssertionError(rule);
        }
        return network;
    }

    private static void compare(Network network, SplittableRandom random, long seed) {
        Loss loss = random.nextBoolean() ? Loss.MSE : Loss.BINARY_CROSS_ENTROPY;
        int rows = 1 + random.nextInt(12);
        float[] features = RandomNetworks.features(random, network, rows, 3);
        float[] targets = Replicas.uniform(random, rows * network.outputs(), 1);
        Batch all = Replicas.batch(network, features, targets, 0, rows);
        try (var replica = Replicas.of(network, loss, seed)) {
            float[][] alone = new float[rows][];
            double[] norms = new double[rows];
            for (int row = 0; row < rows; row++) {
                alone[row] = replica.gradient(Replicas.batch(network, features, targets, row, row + 1), 1);
                norms[row] = Replicas.norm(alone[row]);
            }
            if (Taps.coverAll(network)) {
                double[] ghosts = replica.ghostNorms(all);
                double largest = Arrays.stream(norms).max().orElseThrow();
                for (int row = 0; row < rows; row++) {
                    // The rounding of both is relative to what went before a row's positions cancelled.
                    assertThat(Math.abs(ghosts[row] - norms[row]))
                            .as("norm %s of %s", norms[row], network.layers())
                            .isLessThan(1e-5 * norms[row] + 1e-6 * largest);
                }
            }
            double[] sorted = norms.clone();
            Arrays.sort(sorted);
            double clip = Math.max(sorted[rows / 2], 1e-3);
            float[] expected = new float[network.parameterCount()];
            for (int i = 0; i < expected.length; i++) {
                double sum = 0;
                for (int row = 0; row < rows; row++) {
                    sum += alone[row][i] * Math.min(1, clip * GUARD / norms[row]);
                }
                expected[i] = (float) sum;
            }
            assertThat(Golden.relativeError(replica.clipped(all, clip), expected))
                    .as("%s", network.layers())
                    .isLessThan(1e-5);
            float[] twice = replica.addClipped(all, clip);
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= 2;
            }
            assertThat(Golden.relativeError(twice, expected)).isLessThan(1e-5);
        }
    }

    /** The bound that privacy stands on: no row moves the sum by more than the clip norm. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("fewerSeeds")
    void clippedGradient_ofOneRow_neverExceedsTheClipNorm(long seed) {
        var random = new SplittableRandom(seed);
        requireBound(RandomNetworks.of(random), random, seed);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void clippedGradient_ofOneRowOfEachRule_neverExceedsTheClipNorm(String rule) {
        for (long seed = 1; seed <= 3; seed++) {
            requireBound(network(rule), new SplittableRandom(seed), seed);
        }
    }

    private static void requireBound(Network network, SplittableRandom random, long seed) {
        double[] clips = {1e-6, 0.1, 10};
        try (var replica = Replicas.of(network, Loss.MSE, seed)) {
            for (double scale : new double[] {1e-30, 1e-22, 1e-6, 1, 1e6, 1e12, 1e17, 1e22, 1e27, 1e32, 1e37}) {
                double clip = clips[random.nextInt(clips.length)];
                float[] features = RandomNetworks.features(random, network, 1, scale);
                float[] targets = Replicas.uniform(random, network.outputs(), random.nextBoolean() ? scale : 1);
                Batch row = Replicas.batch(network, features, targets, 0, 1);
                assertThat(Replicas.norm(replica.clipped(row, clip)))
                        .as("scale %s", scale)
                        .isLessThanOrEqualTo(clip);
            }
        }
    }

    /**
     * Positions whose gradients nearly cancel: what is left is smaller than the rounding of the Gram matrices, and would be taken
     * for nothing.
     */
    @Test
    void clippedGradient_ofPositionsThatCancel_neverExceedsTheClipNorm() {
        Network network = Network.of(Shape.of(2, 64), Layer.linear(64, 64).withoutBias(), Layer.meanOverSteps());
        for (long seed = 0; seed < 100; seed++) {
            var random = new SplittableRandom(seed);
            float[] features = Replicas.uniform(random, 128, 1e6);
            double almost = 1 + Math.scalb(random.nextDouble(1, 2), -random.nextInt(4, 23));
            for (int i = 0; i < 64; i++) {
                features[64 + i] = (float) (-almost * features[i]);
            }
            float[] targets = Replicas.uniform(random, 64, 1e3);
            try (var replica = Replicas.of(network, Loss.MSE, seed)) {
                for (double clip : new double[] {1e-3, 1, 1e3}) {
                    float[] clipped = replica.clipped(Replicas.batch(network, features, targets, 0, 1), clip);
                    assertThat(Replicas.norm(clipped)).as("seed %d", seed).isLessThanOrEqualTo(clip);
                }
            }
        }
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
        try (var replica = Replicas.of(line, Loss.MSE, new float[] {weight, bias})) {
            return replica.clipped(Replicas.batch(line, new float[] {x}, new float[] {0}, 0, 1), clip);
        }
    }

    /** Rows with a number that is not finite or too large are left out, the others count as if they were alone. */
    @ParameterizedTest
    @MethodSource("rules")
    void clippedGradient_withRowsThatAreNotFinite_isThatOfTheOthers(String rule) {
        Network network = network(rule);
        var random = new SplittableRandom(3);
        float[] features = RandomNetworks.features(random, network, 6, 2);
        float[] targets = Replicas.uniform(random, 6 * network.outputs(), 1);
        float[] bad = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 3e38f};
        boolean byTarget = network.vocabulary().isPresent();
        for (int i = 0; i < bad.length; i++) {
            if (byTarget) {
                targets[i * network.outputs()] = bad[i];
            } else {
                features[i * network.inputs() + network.inputs() / 2] = bad[i];
                targets[i * network.outputs()] = i == 3 ? 3e38f : targets[i * network.outputs()];
            }
        }
        try (var replica = Replicas.of(network, Loss.MSE, 3)) {
            float[] mixed = replica.clipped(Replicas.batch(network, features, targets, 0, 6), 0.5);
            float[] good = replica.clipped(Replicas.batch(network, features, targets, 4, 6), 0.5);
            assertThat(Golden.relativeError(mixed, good)).isLessThan(1e-6);
            assertThat(Replicas.norm(good)).isPositive();
        }
    }

    /** Matrix products round to 8 bits, here relative 2^-8 for each of few layers; the bound holds all the same. */
    @ParameterizedTest
    @MethodSource("rules")
    void clippedGradient_inMixedPrecision_isNearThatInFloat32AndBounded(String rule) {
        Network network = network(rule);
        var random = new SplittableRandom(5);
        float[] features = RandomNetworks.features(random, network, 8, 1);
        float[] targets = Replicas.uniform(random, 8 * network.outputs(), 1);
        Batch all = Replicas.batch(network, features, targets, 0, 8);
        Compute mixed = new Compute(Precision.BF16_MIXED, false, false);
        try (var plain = Replicas.of(network, Loss.MSE, 5);
                var replica = Replicas.of(network, Loss.MSE, 5, mixed, 1)) {
            float[] expected = plain.clipped(all, 0.01);
            assertThat(Golden.relativeError(replica.clipped(all, 0.01), expected))
                    .isLessThan(0.06);
            for (int row = 0; row < 8; row++) {
                Batch one = Replicas.batch(network, features, targets, row, row + 1);
                assertThat(Replicas.norm(replica.clipped(one, 0.01))).isLessThanOrEqualTo(0.01);
            }
        }
    }
}
