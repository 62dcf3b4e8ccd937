package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.AdamW;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How much longer does a step take with the gradient of each row clipped than without privacy, and how much faster is that than
 * to materialise each row's gradient, as Python's PyTorch does by {@code vmap(grad)}?
 *
 * <p>The networks of {@link StepAgainstPyTorch}, whole runs of all three kinds in turn. Sampler and noise of the private runs are
 * the cheapest there are, so that what is measured is clipping.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.PrivateStep PYTHON [rounds] [model...]</pre>
 */
public final class PrivateStep {
    private PrivateStep() {}

    /**
     * Compares.
     *
     * @param arguments the Python interpreter, the number of rounds, the models
     * @throws IOException if Python cannot be started
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        List<String> wanted = Arrays.asList(arguments).subList(Math.min(2, arguments.length), arguments.length);
        try (var python = new PythonSteps(arguments[0])) {
            for (StepAgainstPyTorch.Workload workload : StepAgainstPyTorch.WORKLOADS) {
                if (wanted.isEmpty() || wanted.contains(workload.name())) {
                    compare(workload, rounds, python);
                }
            }
        }
    }

    private static void compare(StepAgainstPyTorch.Workload workload, int rounds, PythonSteps python)
            throws IOException {
        Dataset data = workload.data();
        double[] plain = new double[rounds];
        double[] clipped = new double[rounds];
        double[] materialised = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            plain[round] = StepAgainstPyTorch.medianStep(workload.run(workload.steps()), data);
            clipped[round] = StepAgainstPyTorch.medianStep(privateRun(workload), data);
            materialised[round] = python.medianStep("private-" + workload.name(), Math.max(10, workload.steps() / 10));
        }
        Arrays.sort(plain);
        Arrays.sort(clipped);
        Arrays.sort(materialised);
        System.out.printf(
                Locale.ROOT,
                "%-12s plain %s  clipped %s %.2fx  materialised by PyTorch %s, %.1fx of clipped%n",
                workload.name(),
                range(plain),
                range(clipped),
                clipped[rounds / 2] / plain[rounds / 2],
                range(materialised),
                materialised[rounds / 2] / clipped[rounds / 2]);
    }

    private static String range(double[] sorted) {
        return String.format(
                Locale.ROOT, "%.2f ms [%.2f to %.2f]", sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
    }

    private static TrainingRun privateRun(StepAgainstPyTorch.Workload workload) {
        int[] offset = {0};
        DpSgd privacy = DpSgd.clip(1)
                .noiseMultiplier(1)
                .sampling(workload.batch(), population -> {
                    offset[0] += workload.batch();
                    return IntStream.range(0, workload.batch())
                            .map(row -> (row + offset[0]) % population)
                            .toArray();
                })
                .noise((sum, deviation) -> {});
        return TrainingRun.of(workload.network(), Loss.CROSS_ENTROPY)
                .optimizer(AdamW.rate(1e-3))
                .steps(workload.steps())
                .seed(1)
                .privacy(privacy);
    }
}
