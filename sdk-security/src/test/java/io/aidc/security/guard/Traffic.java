package io.aidc.security.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Seeded traffic over a data set: benign queries, and attacks on a logistic model that was trained on half of it. */
final class Traffic {
    private final List<float[]> known;
    private final List<float[]> fresh;
    private final double[] mean;
    private final double[] deviation;
    private final double[] low;
    private final double[] high;
    private final double[] weights;
    private final int features;

    /** One half trains the model and the baseline, the other is what principals ask about. */
    Traffic(List<float[]> vectors, List<Boolean> labels, long seed) {
        features = vectors.get(0).length;
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < vectors.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(seed));
        int half = vectors.size() / 2;
        known = order.subList(0, half).stream().map(vectors::get).toList();
        fresh = order.subList(half, vectors.size()).stream().map(vectors::get).toList();
        mean = new double[features];
        deviation = new double[features];
        low = new double[features];
        high = new double[features];
        measure();
        weights = train(order.subList(0, half).stream().map(labels::get).toList());
    }

    static Traffic ofCsv(Path file, String positive, long seed) throws IOException {
        List<float[]> vectors = new ArrayList<>();
        List<Boolean> labels = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",", -1);
            float[] vector = new float[cells.length - 1];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = Float.parseFloat(cells[i]);
            }
            vectors.add(vector);
            labels.add(cells[cells.length - 1].equals(positive));
        }
        return new Traffic(vectors, labels, seed);
    }

    /** Four clusters of different widths in 12 dimensions, whose features depend on one another. */
    static Traffic ofClusters(long seed) {
        Random random = new Random(seed);
        int size = 12;
        double[][] centres = new double[4][size];
        double[][] mix = new double[size][5];
        for (double[] centre : centres) {
            fill(centre, random, 2);
        }
        for (double[] row : mix) {
            fill(row, random, 1);
        }
        List<float[]> vectors = new ArrayList<>();
        List<Boolean> labels = new ArrayList<>();
        for (int i = 0; i < 4000; i++) {
            int cluster = random.nextInt(4);
            double[] hidden = new double[5];
            fill(hidden, random, 1);
            float[] vector = new float[size];
            for (int j = 0; j < size; j++) {
                double sum = centres[cluster][j] + 0.3 * random.nextGaussian();
                for (int k = 0; k < 5; k++) {
                    sum += mix[j][k] * hidden[k] * (0.5 + 0.25 * cluster);
                }
                vector[j] = (float) sum;
            }
            vectors.add(vector);
            labels.add(cluster % 2 == 0);
        }
        return new Traffic(vectors, labels, seed);
    }

    List<float[]> known() {
        return known;
    }

    /** Fresh vectors drawn with repetition. */
    List<float[]> benign(int count, long seed) {
        Random random = new Random(seed);
        return generate(count, () -> pick(random));
    }

    /** Fresh vectors, none twice. */
    List<float[]> benignOnce(int count, long seed) {
        List<float[]> all = new ArrayList<>(fresh);
        Collections.shuffle(all, new Random(seed));
        return all.subList(0, Math.min(count, all.size()));
    }

    /** Each feature uniform over its range. */
    List<float[]> uniform(int count, long seed) {
        Random random = new Random(seed);
        return generate(count, () -> {
            float[] query = new float[features];
            for (int i = 0; i < features; i++) {
                query[i] = (float) (low[i] + random.nextDouble() * (high[i] - low[i]));
            }
            return query;
        });
    }

    /** Papernot et al. 2017: doubles a set of seeds again and again by a step along the sign of the gradient. */
    List<float[]> jacobian(int count, int seeds, double step, long seed) {
        List<float[]> queries = new ArrayList<>(benignOnce(seeds, seed));
        for (int i = 0; queries.size() < count; i++) {
            float[] from = queries.get(i);
            double towards = score(from) > 0 ? -1 : 1;
            float[] query = from.clone();
            for (int j = 0; j < features; j++) {
                query[j] += (float) (step * deviation[j] * towards * Math.signum(weights[j]));
            }
            queries.add(query);
        }
        return queries;
    }

    /** Seeds with Gaussian noise on each feature. */
    List<float[]> jitter(int count, int seeds, double noise, long seed) {
        Random random = new Random(seed);
        List<float[]> from = benignOnce(seeds, seed);
        return generate(count, () -> {
            float[] query = from.get(random.nextInt(from.size())).clone();
            for (int i = 0; i < features; i++) {
                query[i] += (float) (noise * deviation[i] * random.nextGaussian());
            }
            return query;
        });
    }

    /** Lowd and Meek 2005: bisects between two vectors for the boundary, ten steps each. */
    List<float[]> lineSearch(int count, long seed) {
        Random random = new Random(seed);
        List<float[]> queries = new ArrayList<>();
        while (queries.size() < count) {
            float[] from = pick(random);
            float[] to = pick(random);
            for (int step = 0; step < 10 && queries.size() < count; step++) {
                float[] middle = new float[features];
                for (int i = 0; i < features; i++) {
                    middle[i] = (from[i] + to[i]) / 2;
                }
                queries.add(middle);
                if (score(middle) * score(from) > 0) {
                    from = middle;
                } else {
                    to = middle;
                }
            }
        }
        return queries;
    }

    /** The difference of the probabilities of the two classes. */
    double margin(float[] query) {
        return Math.abs(Math.tanh(score(query) / 2));
    }

    private double score(float[] query) {
        double sum = weights[features];
        for (int i = 0; i < features; i++) {
            sum += weights[i] * (query[i] - mean[i]) / deviation[i];
        }
        return sum;
    }

    private void measure() {
        for (int i = 0; i < features; i++) {
            int feature = i;
            var statistics = known.stream().mapToDouble(v -> v[feature]).summaryStatistics();
            mean[i] = statistics.getAverage();
            low[i] = statistics.getMin();
            high[i] = statistics.getMax();
            double variance = known.stream()
                    .mapToDouble(v -> (v[feature] - mean[feature]) * (v[feature] - mean[feature]))
                    .average()
                    .orElseThrow();
            deviation[i] = variance > 0 ? Math.sqrt(variance) : 1;
        }
    }

    private double[] train(List<Boolean> labels) {
        double[] fitted = new double[features + 1];
        for (int pass = 0; pass < 200; pass++) {
            double[] gradient = new double[features + 1];
            for (int row = 0; row < known.size(); row++) {
                double sum = fitted[features];
                for (int i = 0; i < features; i++) {
                    sum += fitted[i] * (known.get(row)[i] - mean[i]) / deviation[i];
                }
                double error = 1 / (1 + Math.exp(-sum)) - (labels.get(row) ? 1 : 0);
                for (int i = 0; i < features; i++) {
                    gradient[i] += error * (known.get(row)[i] - mean[i]) / deviation[i];
                }
                gradient[features] += error;
            }
            for (int i = 0; i <= features; i++) {
                fitted[i] -= 0.1 * (gradient[i] / known.size() + 0.001 * fitted[i]);
            }
        }
        return fitted;
    }

    private float[] pick(Random random) {
        return fresh.get(random.nextInt(fresh.size()));
    }

    private static void fill(double[] values, Random random, double deviation) {
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
    }

    private static List<float[]> generate(int count, Supplier<float[]> one) {
        List<float[]> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queries.add(one.get());
        }
        return queries;
    }
}
