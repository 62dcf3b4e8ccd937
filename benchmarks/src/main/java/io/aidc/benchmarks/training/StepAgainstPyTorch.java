package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.network.Positions;
import io.aidc.training.network.Shape;
import io.aidc.training.optim.AdamW;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How long does a training step take beside Python's PyTorch on the same machine?
 *
 * <p>An MLP, a small CNN and a small transformer, AdamW, data in memory; ours by a {@link TrainingRun} as a user makes it, no
 * environment variable set. Both sides run in turn, round after round; a round gives the median of its steps.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.StepAgainstPyTorch PYTHON [rounds] [model...]</pre>
 */
public final class StepAgainstPyTorch {
    private static final int ROWS = 2048;

    /** A network, the rows of a batch, and how many steps a round has. */
    record Workload(String name, Network network, int batch, int steps, boolean ids) {
        TrainingRun run(int steps) {
            return TrainingRun.of(network, Loss.CROSS_ENTROPY)
                    .optimizer(AdamW.rate(1e-3))
                    .batchSize(batch)
                    .steps(steps)
                    .seed(1);
        }

        Dataset data() {
            var random = new SplittableRandom(1);
            float[][] features = new float[ROWS][network.inputs()];
            int[] labels = new int[ROWS];
            for (int i = 0; i < ROWS; i++) {
                for (int j = 0; j < features[i].length; j++) {
                    features[i][j] = ids ? random.nextInt(1000) : (float) random.nextGaussian();
                }
                labels[i] = random.nextInt(10);
            }
            return Dataset.classification(features, labels, 10);
        }
    }

    static final List<Workload> WORKLOADS = List.of(
            new Workload(
                    "mlp", Network.of(Layer.linear(784, 500), Layer.relu(), Layer.linear(500, 10)), 256, 300, false),
            new Workload(
                    "cnn",
                    Network.of(
                            Shape.of(1, 28, 28),
                            Layer.conv2d(1, 16, 3).padding(1),
                            Layer.relu(),
                            Layer.maxPool2d(2),
                            Layer.conv2d(16, 32, 3).padding(1),
                            Layer.relu(),
                            Layer.maxPool2d(2),
                            Layer.flatten(),
                            Layer.linear(32 * 49, 10)),
                    64,
                    100,
                    false),
            new Workload("transformer", transformer(), 8, 15, true));

    private StepAgainstPyTorch() {}

    private static Network transformer() {
        List<Layer> layers = new ArrayList<>();
        layers.add(Layer.embedding(1000, 256));
        layers.add(Layer.positionalEncoding(Positions.LEARNED, 128, 256));
        for (int i = 0; i < 4; i++) {
            layers.add(Layer.transformerBlock(Layer.attention(256, 4), 1024, 0));
        }
        layers.addAll(List.of(Layer.layerNorm(256), Layer.meanOverSteps(), Layer.linear(256, 10)));
        return Network.of(Shape.of(128), layers.toArray(Layer[]::new));
    }

    /**
     * Compares.
     *
     * @param arguments the Python interpreter, the number of rounds, the models
     * @throws IOException if Python cannot be started
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
        List<String> wanted = Arrays.asList(arguments).subList(Math.min(2, arguments.length), arguments.length);
        try (var python = new PythonSteps(arguments[0])) {
            for (Workload workload : WORKLOADS) {
                if (wanted.isEmpty() || wanted.contains(workload.name())) {
                    compare(workload, rounds, python);
                }
            }
        }
    }

    private static void compare(Workload workload, int rounds, PythonSteps python) throws IOException {
        Dataset data = workload.data();
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ours[round] = medianStep(workload.run(workload.steps()), data);
            theirs[round] = python.medianStep(workload.name(), workload.steps());
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        System.out.printf(
                Locale.ROOT,
                "%-12s ours %8.2f ms [%.2f to %.2f]  PyTorch %8.2f ms [%.2f to %.2f]  speed %.2fx%n",
                workload.name(),
                ours[rounds / 2],
                ours[0],
                ours[rounds - 1],
                theirs[rounds / 2],
                theirs[0],
                theirs[rounds - 1],
                theirs[rounds / 2] / ours[rounds / 2]);
    }

    /** The median of a run's steps in milliseconds, the first fifth left out. */
    static double medianStep(TrainingRun run, Dataset data) {
        List<Double> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        run.listener(progress -> {
                    long now = System.nanoTime();
                    times.add((now - last[0]) / 1e6);
                    last[0] = now;
                })
                .fit(data)
                .close();
        List<Double> counted = new ArrayList<>(times.subList(times.size() / 5, times.size()));
        counted.sort(null);
        return counted.get(counted.size() / 2);
    }
}
