package io.aidc.benchmarks.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * How long does a training step of the MLP take beside ND4J's SameDiff on the same machine?
 *
 * <p>The network, batch and optimiser of {@link StepAgainstPyTorch}. ND4J runs in a JVM of its own, so that nothing this SDK
 * settles for libtorch touches it. Both sides run in turn, round after round; a round gives the median of its steps.
 *
 * <pre>java -cp benchmarks/target/benchmarks.jar io.aidc.benchmarks.training.StepAgainstNd4j [rounds]</pre>
 */
public final class StepAgainstNd4j {
    private static final int STEPS = 64;

    private StepAgainstNd4j() {}

    /**
     * Compares.
     *
     * @param arguments the number of rounds
     * @throws IOException if the second JVM cannot be started
     */
    public static void main(String[] arguments) throws IOException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 7;
        var mlp = StepAgainstPyTorch.WORKLOADS.get(0);
        var data = mlp.data();
        double[] ours = new double[rounds];
        double[] theirs = new double[rounds];
        Process peer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SameDiffSteps.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = new PrintWriter(peer.getOutputStream(), true, StandardCharsets.UTF_8);
                var in = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8))) {
            for (int round = 0; round < rounds; round++) {
                ours[round] = StepAgainstPyTorch.medianStep(mlp.run(STEPS), data);
                out.println(STEPS);
                theirs[round] = Double.parseDouble(answer(in).substring(SameDiffSteps.ANSWER.length()));
            }
        } finally {
            peer.destroy();
        }
        Arrays.sort(ours);
        Arrays.sort(theirs);
        System.out.printf(
                Locale.ROOT,
                "mlp ours %.2f ms [%.2f to %.2f]  ND4J %.2f ms [%.2f to %.2f]  speed %.2fx%n",
                ours[rounds / 2],
                ours[0],
                ours[rounds - 1],
                theirs[rounds / 2],
                theirs[0],
                theirs[rounds - 1],
                theirs[rounds / 2] / ours[rounds / 2]);
    }

    private static String answer(BufferedReader in) throws IOException {
        String line = in.readLine();
        while (line != null && !line.startsWith(SameDiffSteps.ANSWER)) {
            line = in.readLine();
        }
        if (line == null) {
            throw new IOException("ND4J's process ended; are its native libraries on the class path?");
        }
        return line;
    }
}
