package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.AdamW;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How much longer does a step take with the gradient of each row clipped, than without privacy?
 *
 * <p>The networks of {@link StepAgainstPyTorch}, whole runs of both kinds in turn. Sampler and noise of the private run are the
 * cheapest there are, so that what is measured is clipping.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.PrivateStep [rounds [model...]]</pre>
 */
public final class PrivateStep {
    private PrivateStep() {}

    /**
     * Compares.
     *
     * @param arguments the number of rounds, the models
     */
    public static void main(String[] arguments) {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
        List<String> wanted = Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
        for (StepAgainstPyTorch.Workload workload : StepAgainstPyTorch.WORKLOADS) {
            if (!wanted.isEmpty() && !wanted.contains(workload.name())) {
                continue;
            }
            Dataset data = workload.data();
            double[] plain = new double[rounds];
            double[] secret = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                plain[round] = StepAgainstPyTorch.medianStep(workload.run(workload.steps()), data);
                secret[round] = StepAgainstPyTorch.medianStep(privateRun(workload), data);
            }
            Arrays.sort(plain);
            Arrays.sort(secret);
            System.out.printf(
                    Locale.ROOT,
                    "%-12s plain %.2f ms [%.2f to %.2f]  private %.2f ms [%.2f to %.2f]  %.2fx%n",
                    workload.name(),
                    plain[rounds / 2],
                    plain[0],
                    plain[rounds - 1],
                    secret[rounds / 2],
                    secret[0],
                    secret[rounds - 1],
                    secret[rounds / 2] / plain[rounds / 2]);
        }
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
