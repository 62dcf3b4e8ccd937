package io.aidc.benchmarks.training;

import io.aidc.training.Dataset;
import io.aidc.training.TrainingRun;
import io.aidc.training.dist.Launch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long does a step of two local worker processes take beside Python's DistributedDataParallel?
 *
 * <p>MLP 784-500-10, AdamW, 256 rows in all, Gloo on the loopback interface, the cores shared evenly. Both sides run in turn.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.ProcessesAgainstDdp PYTHON [rounds]</pre>
 */
public final class ProcessesAgainstDdp {
    private static final int STEPS = 300;

    private ProcessesAgainstDdp() {}

    private static TrainingRun run() {
        return StepAgainstPyTorch.WORKLOADS.get(0).run(STEPS);
    }

    private static Dataset data() {
        return StepAgainstPyTorch.WORKLOADS.get(0).data();
    }

    /** Worker 1. */
    static final class Sibling {
        private Sibling() {}

        public static void main(String[] arguments) {
            run().distributed(Launch.fromEnvironment()).fit(data()).close();
        }
    }

    /**
     * Compares.
     *
     * @param arguments the Python interpreter and the number of rounds
     * @throws IOException if Python cannot be started
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            ours[round] = ours();
            theirs[round] = theirs(arguments[0]);
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        System.out.printf(
                Locale.ROOT,
                "2 processes  ours %.2f ms [%.2f to %.2f]  DDP %.2f ms [%.2f to %.2f]  throughput %.2fx%n",
                ours[rounds / 2],
                ours[0],
                ours[rounds - 1],
                theirs[rounds / 2],
                theirs[0],
                theirs[rounds - 1],
                theirs[rounds / 2] / ours[rounds / 2]);
    }

    private static double ours() {
        List<Double> times = new ArrayList<>();
        long[] last = {System.nanoTime()};
        run().distributed(Launch.processes(2, Sibling.class))
                .listener(progress -> {
                    long now = System.nanoTime();
                    times.add((now - last[0]) / 1e6);
                    last[0] = now;
                })
                .fit(data())
                .close();
        List<Double> counted = new ArrayList<>(times.subList(STEPS / 5, STEPS));
        counted.sort(null);
        return counted.get(counted.size() / 2);
    }

    private static double theirs(String python) throws IOException {
        Process process = new ProcessBuilder(
                        python, "benchmarks/src/main/python/ddp_steps.py", "256", Integer.toString(STEPS))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var in = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            return Double.parseDouble(in.readLine());
        } finally {
            process.destroy();
        }
    }
}
