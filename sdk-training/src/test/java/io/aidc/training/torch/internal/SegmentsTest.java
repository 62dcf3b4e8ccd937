package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.engine.Precision;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import io.aidc.training.torch.internal.Segments.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A pass in parts gives what the whole pass gives, whether what goes through is kept or computed again. */
class SegmentsTest {
    private static final Compute AGAIN = new Compute(Precision.FLOAT32, true, false);

    private static final Network IMAGES = Network.of(
            Shape.of(2, 6, 6),
            Layer.conv2d(2, 4, 3).padding(1).withoutBias(),
            Layer.batchNorm(4),
            Layer.relu(),
            Layer.dropout(0.3),
            Layer.sequential(Layer.conv2d(4, 4, 3), Layer.batchNorm(4), Layer.dropout(0.2)),
            Layer.flatten(),
            Layer.linear(64, 8),
            Layer.tanh(),
            Layer.dropout(0.5),
            Layer.linear(8, 2));

    private static final Network TEXT = Network.of(
            Shape.of(5),
            Layer.embedding(9, 8),
            Layer.transformerBlock(Layer.attention(8, 2), 12, 0.1),
            Layer.lstm(8, 6),
            Layer.lastStep(),
            Layer.linear(6, 2));

    /** More than 1 MB behind and more than 25 MB before: traffic makes several parts of it. */
    private static final Network WIDE = Network.of(
            Layer.linear(40, 3000),
            Layer.relu(),
            Layer.linear(3000, 2500),
            Layer.dropout(0.2),
            Layer.linear(2500, 120));

    static Stream<Network> networks() {
        return Stream.of(IMAGES, TEXT, WIDE);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradient_computedAgain_equalsThatOfTheWholePass(Network network) {
        compare(network, AGAIN, 1);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void gradient_inPartsForTraffic_equalsThatOfTheWholePass(Network network) {
        compare(network, Compute.PLAIN, 2);
    }

    private static void compare(Network network, Compute setting, int workers) {
        var random = new SplittableRandom(4);
        float[] features = RandomNetworks.features(random, network, 6, 1);
        Batch batch = Replicas.batch(network, features, Replicas.uniform(random, 6 * network.outputs(), 1), 0, 6);
        try (var whole = Replicas.of(network, Loss.MSE, 3);
                var parts = Replicas.of(network, Loss.MSE, 3, setting, workers)) {
            for (long step = 1; step <= 2; step++) {
                whole.replica().beginStep(step);
                parts.replica().beginStep(step);
                float[] expected = whole.gradient(batch, 0.25);
                assertThat(Golden.relativeError(parts.gradient(batch, 0.25), expected))
                        .isLessThan(1e-6);
                assertThat(Replicas.norm(expected)).isPositive();
            }
            // Running statistics were moved once in each step, and by the same.
            assertThat(Golden.relativeError(parts.numbers(), whole.numbers())).isLessThan(1e-6);
            if (network.equals(IMAGES)) {
                assertThat(whole.numbers()).isNotEqualTo(network.initialParameters(3));
            }
        }
    }

    @Test
    void forTraffic_makesPartsThatCoverEveryArrayOnce() {
        List<Segment> segments = Segments.forTraffic(WIDE);
        assertThat(segments).hasSizeGreaterThan(1);
        int next = 0;
        int parameter = 0;
        for (Segment segment : segments) {
            assertThat(segment.from()).isEqualTo(next);
            assertThat(segment.firstParameter()).isEqualTo(parameter);
            next += segment.length();
            parameter += segment.parameters();
        }
        assertThat(next).isEqualTo(WIDE.parameterCount());
        assertThat(parameter).isEqualTo(WIDE.parameters().size());
        assertThat(segments.get(segments.size() - 1).length()).isGreaterThanOrEqualTo(1 << 18);
    }

    @Test
    void smallest_makesAPartForEachLayerWithArrays() {
        List<Segment> segments = Segments.smallest(IMAGES);
        assertThat(segments).hasSize(6);
        assertThat(segments.stream().mapToInt(Segment::statistics).sum()).isEqualTo(4);
        assertThat(segments.get(0).layers()).startsWith(IMAGES.layers().get(0));
    }

    /** Each number of the gradient is reported ready in one part, the last part first. */
    @Test
    void ready_hearsOfEachPartOnceAndLastFirst() {
        var random = new SplittableRandom(4);
        Batch batch = Replicas.batch(
                WIDE, Replicas.uniform(random, 40, 1), Replicas.uniform(random, WIDE.outputs(), 1), 0, 1);
        List<VectorReplica.Part> heard = new ArrayList<>();
        try (var parts = Replicas.of(WIDE, Loss.MSE, 3, Compute.PLAIN, 2);
                Vector into = Vector.zeros(WIDE.parameterCount(), Device.CPU)) {
            parts.replica()
                    .gradient(batch, 1, into, false, (from, length) -> heard.add(new VectorReplica.Part(from, length)));
            assertThat(heard).isEqualTo(parts.replica().parts()).hasSizeGreaterThan(1);
            boolean[] seen = new boolean[WIDE.parameterCount()];
            for (VectorReplica.Part part : heard) {
                Arrays.fill(seen, part.from(), part.from() + part.length(), true);
            }
            assertThat(seen).doesNotContain(false);
        }
    }
}
