package io.aidc.benchmarks.security;

import java.util.ArrayList;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Seeded queries about one half of a data set: benign ones, and attacks on a logistic model of the other. */
final class ModelTraffic {
    private static final int PASSES = 200;
    private static final int BISECTIONS = 10;

    private final List<float[]> known;
    private final List<float[]> fresh;
    private final int features;
    private final double[] mean;
    private final double[] deviation;
    private final double[] low;
    private final double[] high;
    private final double[] weights;

    ModelTraffic(LabelledVectors set, long seed) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, set.vectors().size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        List<Integer> half = order.subList(0, order.size() / 2);
        known = half.stream().map(set.vectors()::get).toList();
        fresh = order.subList(half.size(), order.size()).stream()
                .map(set.vectors()::get)
                .toList();
        features = known.get(0).length;
        mean = new double[features];
        deviation = new double[features];
        low = new double[features];
        high = new double[features];
        for (int feature = 0; feature < features; feature++) {
            measure(feature);
        }
        weights = new double[features + 1];
        for (int pass = 0; pass < PASSES; pass++) {
            learn(half.stream().map(set.labels()::get).toList());
        }
    }

    /** What trained the model. */
    List<float[]> known() {
        return known;
    }

    /** Fresh vectors, drawn with repetition. */
    List<float[]> benign(int count, long seed) {
        Random random = new Random(seed);
        return generated(count, () -> drawn(random));
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
        return generated(count, () -> {
            float[] query = new float[features];
            for (int i = 0; i < features; i++) {
                query[i] = (float) (low[i] + random.nextDouble() * (high[i] - low[i]));
            }
            return query;
        });
    }

    /** Steps from earlier queries along the sign of the gradient, across the boundary. */
    List<float[]> jacobian(int count, int seeds, double step, long seed) {
        List<float[]> queries = new ArrayList<>(benignOnce(seeds, seed));
        for (int i = 0; queries.size() < count; i++) {
            float[] query = queries.get(i).clone();
            double towards = score(query) > 0 ? -1 : 1;
            for (int j = 0; j < features; j++) {
                query[j] += (float) (step * deviation[j] * towards * Math.signum(weights[j]));
            }
            queries.add(query);
        }
        return queries;
    }

    /** Ten steps between each two vectors. */
    List<float[]> bisection(int count, long seed) {
        Random random = new Random(seed);
        List<float[]> queries = new ArrayList<>();
        while (queries.size() < count) {
            float[] from = drawn(random);
            float[] to = drawn(random);
            for (int step = 0; step < BISECTIONS && queries.size() < count; step++) {
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

    private float[] drawn(Random random) {
        return fresh.get(random.nextInt(fresh.size()));
    }

    private static List<float[]> generated(int count, Supplier<float[]> one) {
        return IntStream.range(0, count).mapToObj(i -> one.get()).toList();
    }

    private double score(float[] query) {
        double sum = weights[features];
        for (int i = 0; i < features; i++) {
            sum += weights[i] * standardised(query, i);
        }
        return sum;
    }

    private double standardised(float[] query, int feature) {
        return (query[feature] - mean[feature]) / deviation[feature];
    }

    private void measure(int feature) {
        DoubleSummaryStatistics statistics =
                known.stream().mapToDouble(vector -> vector[feature]).summaryStatistics();
        double average = statistics.getAverage();
        double variance = known.stream()
                .mapToDouble(vector -> (vector[feature] - average) * (vector[feature] - average))
                .average()
                .orElseThrow();
        mean[feature] = average;
        deviation[feature] = variance > 0 ? Math.sqrt(variance) : 1;
        low[feature] = statistics.getMin();
        high[feature] = statistics.getMax();
    }

    /** One step of gradient descent on the logistic loss, with a little weight decay. */
    private void learn(List<Boolean> labels) {
        double[] gradient = new double[features + 1];
        for (int row = 0; row < known.size(); row++) {
            double error = 1 / (1 + Math.exp(-score(known.get(row)))) - (labels.get(row) ? 1 : 0);
            for (int i = 0; i < features; i++) {
                gradient[i] += error * standardised(known.get(row), i);
            }
            gradient[features] += error;
        }
        for (int i = 0; i <= features; i++) {
            weights[i] -= 0.1 * (gradient[i] / known.size() + 0.001 * weights[i]);
        }
    }
}
