package io.aidc.training.tribuo;

import io.aidc.training.Dataset;
import java.util.SplittableRandom;

/** Tables whose answers are known. */
final class Tables {
    private Tables() {}

    /** Three classes, told apart by which of four features is large; features have scales far apart. */
    static Dataset classes(int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[rows][4];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = random.nextInt(3);
            for (int j = 0; j < 4; j++) {
                features[i][j] = (float) ((random.nextDouble(-1, 1) + (j == labels[i] ? 1.8 : 0)) * Math.pow(100, j));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    /** Two classes by the signs of two features together, which no linear model can tell. */
    static Dataset exclusiveOr(int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[rows][2];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            features[i][0] = (float) random.nextDouble(-1, 1);
            features[i][1] = (float) random.nextDouble(-1, 1);
            labels[i] = features[i][0] > 0 ^ features[i][1] > 0 ? 1 : 0;
        }
        return Dataset.classification(features, labels, 2);
    }

    /** Two targets, 3a - 2b + 5 and 100b, exactly. */
    static Dataset plane(int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[rows][2];
        float[][] targets = new float[rows][2];
        for (int i = 0; i < rows; i++) {
            features[i][0] = (float) random.nextDouble(0, 10);
            features[i][1] = (float) random.nextDouble(-1, 1);
            targets[i][0] = 3 * features[i][0] - 2 * features[i][1] + 5;
            targets[i][1] = 100 * features[i][1];
        }
        return Dataset.regression(features, targets);
    }

    static float[][] rows(Dataset data) {
        return TribuoRows.features(data);
    }
}
