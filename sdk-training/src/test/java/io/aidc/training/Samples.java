package io.aidc.training;

import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.time.Clock;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/** Data and networks that several tests use. */
final class Samples {
    private Samples() {}

    static final Network NETWORK = Network.of(Layer.linear(4, 8), Layer.layerNorm(8), Layer.tanh(), Layer.linear(8, 3));

    /** Three classes that a small network can tell apart. */
    static Dataset classes(int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[rows][4];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < 4; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j == labels[i] ? 2 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    /** Fixed seeds, and one that is new each time unless -Dtest.seed names it. */
    static LongStream seeds(int fixed) {
        return LongStream.concat(
                LongStream.range(0, fixed),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }
}
