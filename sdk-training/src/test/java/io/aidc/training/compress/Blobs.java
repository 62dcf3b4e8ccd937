package io.aidc.training.compress;

import io.aidc.training.Dataset;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Parameter;
import io.aidc.training.optim.Adam;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Data and models that the tests of this package use. */
final class Blobs {
    private Blobs() {}

    /** Three classes that a small network can tell apart, of four features. */
    static Dataset rows(int count, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[count][4];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < 4; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j == labels[i] ? 2 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    static TrainingResult trained(Network network, Dataset data) {
        return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.02))
                .epochs(15)
                .seed(1)
                .fit(data);
    }

    static TrainedModel model(Network network, float[] numbers) {
        return TrainedModel.of(network, Loss.MSE, numbers);
    }

    /** Numbers for everything a network has, none of them 0; positive, as variances are. */
    static float[] numbers(Network network, long seed) {
        var random = new SplittableRandom(seed);
        float[] numbers = new float
                [Stream.concat(network.parameters().stream(), network.statistics().stream())
                        .mapToInt(Parameter::size)
                        .sum()];
        for (int i = 0; i < numbers.length; i++) {
            double sign = i < network.parameterCount() && random.nextBoolean() ? -1 : 1;
            numbers[i] = (float) (sign * random.nextDouble(0.1, 1));
        }
        return numbers;
    }

    static float[][] inputs(Network network, int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] inputs = new float[rows][network.inputs()];
        for (float[] row : inputs) {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) random.nextDouble(-2, 2);
            }
        }
        return inputs;
    }
}
