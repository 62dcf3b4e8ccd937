package io.aidc.training.federated;

import java.util.SplittableRandom;

/**
 * Softmax regression with gradient descent in plain Java. Parameters: {@code [classes, features]} weights, then {@code
 * [classes]} biases.
 */
final class SoftmaxClient implements FederatedClient {
    /** How a client trains; a batch of 0 rows is the whole data. */
    record Schedule(int epochs, int batch, double rate) {}

    /** Rows of one client. */
    static final class Rows {
        private final float[][] features;
        private final int[] labels;
        private final int classes;

        Rows(float[][] features, int[] labels, int classes) {
            this.features = features;
            this.labels = labels;
            this.classes = classes;
        }

        float[][] features() {
            return features;
        }

        int[] labels() {
            return labels;
        }

        int classes() {
            return classes;
        }

        int parameters() {
            return classes * (features[0].length + 1);
        }
    }

    private final Rows rows;
    private final Schedule schedule;

    SoftmaxClient(Rows rows, Schedule schedule) {
        this.rows = rows;
        this.schedule = schedule;
    }

    @Override
    public Update train(RoundTask task) {
        double[] start = doubles(task.parameters());
        double[] w = start.clone();
        int count = rows.labels().length;
        int batch = schedule.batch() == 0 ? count : schedule.batch();
        var random = new SplittableRandom(task.seed());
        for (int epoch = 0; epoch < schedule.epochs(); epoch++) {
            int[] order = batch == count ? range(count) : shuffled(count, random);
            for (int from = 0; from < count; from += batch) {
                double[] gradient = gradient(rows, w, order, from, Math.min(count, from + batch));
                for (int i = 0; i < w.length; i++) {
                    w[i] -= schedule.rate() * (gradient[i] + task.proximal() * (w[i] - start[i]));
                }
            }
        }
        float[] delta = new float[w.length];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = (float) (w[i] - start[i]);
        }
        return Update.of(delta, count).metric("loss", loss(rows, start));
    }

    /** The mean gradient of some rows. */
    static double[] gradient(Rows rows, double[] w, int[] order, int from, int to) {
        double[] gradient = new double[w.length];
        int width = rows.features()[0].length;
        for (int r = from; r < to; r++) {
            float[] x = rows.features()[order[r]];
            double[] p = probabilities(rows, w, x);
            for (int c = 0; c < rows.classes(); c++) {
                double error = (p[c] - (rows.labels()[order[r]] == c ? 1 : 0)) / (to - from);
                for (int f = 0; f < width; f++) {
                    gradient[c * width + f] += error * x[f];
                }
                gradient[rows.classes() * width + c] += error;
            }
        }
        return gradient;
    }

    static double loss(Rows rows, double[] w) {
        double sum = 0;
        for (int r = 0; r < rows.labels().length; r++) {
            sum -= Math.log(probabilities(rows, w, rows.features()[r])[rows.labels()[r]]);
        }
        return sum / rows.labels().length;
    }

    static double accuracy(Rows rows, float[] parameters) {
        double[] w = doubles(parameters);
        int right = 0;
        for (int r = 0; r < rows.labels().length; r++) {
            double[] p = probabilities(rows, w, rows.features()[r]);
            int best = 0;
            for (int c = 1; c < p.length; c++) {
                best = p[c] > p[best] ? c : best;
            }
            right += best == rows.labels()[r] ? 1 : 0;
        }
        return (double) right / rows.labels().length;
    }

    private static double[] probabilities(Rows rows, double[] w, float[] x) {
        int width = x.length;
        double[] z = new double[rows.classes()];
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < z.length; c++) {
            z[c] = w[rows.classes() * width + c];
            for (int f = 0; f < width; f++) {
                z[c] += w[c * width + f] * x[f];
            }
            most = Math.max(most, z[c]);
        }
        double sum = 0;
        for (int c = 0; c < z.length; c++) {
            z[c] = Math.exp(z[c] - most);
            sum += z[c];
        }
        for (int c = 0; c < z.length; c++) {
            z[c] /= sum;
        }
        return z;
    }

    static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    static int[] range(int count) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        return order;
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = range(count);
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        return order;
    }

    /** Rows around one centre for each class, of labels drawn by a client's own preference. */
    static Rows blobs(int count, int classes, int preferred, double preference, long seed) {
        var random = new SplittableRandom(seed);
        float[][] features = new float[count][];
        int[] labels = new int[count];
        for (int r = 0; r < count; r++) {
            labels[r] = random.nextDouble() < preference ? preferred : random.nextInt(classes);
            double angle = 2 * Math.PI * labels[r] / classes;
            features[r] = new float[] {
                (float) (2 * Math.cos(angle) + random.nextDouble(-1, 1)),
                (float) (2 * Math.sin(angle) + random.nextDouble(-1, 1)),
                (float) random.nextDouble(-1, 1)
            };
        }
        return new Rows(features, labels, classes);
    }
}
