package io.aidc.training.evaluation;

import io.aidc.training.Dataset;
import io.aidc.training.Learner;
import io.aidc.training.Predictor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Small learners whose answers can be told by hand, and data for them. */
final class Learners {
    private Learners() {}

    /** Probabilities fall with the squared distance to the mean row of each class; absent classes get none. */
    static final Learner NEAREST_CENTROID = (data, seed) -> {
        double[][] centroids = new double[data.classes()][data.features()];
        int[] counts = new int[data.classes()];
        for (int i = 0; i < data.rows(); i++) {
            counts[data.label(i)]++;
            float[] row = data.row(i);
            for (int j = 0; j < row.length; j++) {
                centroids[data.label(i)][j] += row[j];
            }
        }
        for (int k = 0; k < counts.length; k++) {
            for (int j = 0; j < data.features(); j++) {
                centroids[k][j] /= Math.max(counts[k], 1);
            }
        }
        return rows -> {
            float[][] answers = new float[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                requireWidth(rows[i], data.features());
                double[] scores = new double[counts.length];
                for (int k = 0; k < scores.length; k++) {
                    double distance = 0;
                    for (int j = 0; j < rows[i].length; j++) {
                        distance += (rows[i][j] - centroids[k][j]) * (rows[i][j] - centroids[k][j]);
                    }
                    scores[k] = counts[k] == 0 ? 0 : Math.exp(-Math.min(distance, 500));
                }
                answers[i] = normalised(scores);
            }
            return answers;
        };
    };

    /** Answers every row with the shares of the classes, or with the mean targets. */
    static final Learner CONSTANT = (data, seed) -> {
        double[] sums = new double[data.classes() > 0 ? data.classes() : data.targets()];
        for (int i = 0; i < data.rows(); i++) {
            if (data.classes() > 0) {
                sums[data.label(i)]++;
            } else {
                for (int t = 0; t < sums.length; t++) {
                    sums[t] += data.target(i)[t];
                }
            }
        }
        float[] answer = new float[sums.length];
        for (int k = 0; k < answer.length; k++) {
            answer[k] = (float) (sums[k] / data.rows());
        }
        return rows -> {
            Arrays.stream(rows).forEach(row -> requireWidth(row, data.features()));
            return Arrays.stream(rows).map(row -> answer.clone()).toArray(float[][]::new);
        };
    };

    /** Knows the rows it was trained with, and answers others at random. */
    static final Learner MEMORY = (data, seed) -> {
        Map<Float, Integer> known = new HashMap<>();
        for (int i = 0; i < data.rows(); i++) {
            known.put(data.row(i)[0], data.label(i));
        }
        var random = new SplittableRandom(seed);
        return rows -> Arrays.stream(rows)
                .map(row -> oneHot(known.getOrDefault(row[0], random.nextInt(data.classes())), data.classes()))
                .toArray(float[][]::new);
    };

    private static float[] oneHot(int label, int classes) {
        float[] row = new float[classes];
        row[label] = 1;
        return row;
    }

    static void requireWidth(float[] row, int width) {
        if (row.length != width) {
            throw new IllegalArgumentException("row must have %d features, got %d".formatted(width, row.length));
        }
    }

    private static float[] normalised(double[] scores) {
        double sum = Arrays.stream(scores).sum();
        float[] row = new float[scores.length];
        for (int k = 0; k < row.length; k++) {
            row[k] = (float) (sum == 0 ? 1.0 / row.length : scores[k] / sum);
        }
        return row;
    }

    /** Counts what is open. */
    static final class Counting implements Learner {
        final AtomicInteger made = new AtomicInteger();
        final AtomicInteger open = new AtomicInteger();
        private final Learner learner;

        Counting(Learner learner) {
            this.learner = learner;
        }

        @Override
        public Predictor fit(Dataset data, long seed) {
            Predictor predictor = learner.fit(data, seed);
            made.incrementAndGet();
            open.incrementAndGet();
            return new Predictor() {
                @Override
                public float[][] predict(float[][] rows) {
                    return predictor.predict(rows);
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                    predictor.close();
                }
            };
        }
    }

    /** Three clouds that overlap a little. */
    static Dataset clouds(int rows, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[rows][3];
        int[] labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i % 3;
            for (int j = 0; j < 3; j++) {
                features[i][j] = (float) (random.nextDouble(-1, 1) + (j == labels[i] ? 1.2 : 0));
            }
        }
        return Dataset.classification(features, labels, 3);
    }

    static Dataset line(int rows) {
        float[][] features = new float[rows][1];
        float[][] targets = new float[rows][2];
        for (int i = 0; i < rows; i++) {
            features[i][0] = i;
            targets[i][0] = i;
            targets[i][1] = 2 * i;
        }
        return Dataset.regression(features, targets);
    }
}
