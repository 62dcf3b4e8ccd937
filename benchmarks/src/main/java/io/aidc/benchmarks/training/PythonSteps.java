package io.aidc.benchmarks.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A Python process that times steps of its PyTorch, on as many threads as this JVM has processors. */
final class PythonSteps implements AutoCloseable {
    private final Process python;
    private final PrintWriter out;
    private final BufferedReader in;

    PythonSteps(String interpreter) throws IOException {
        String threads = Integer.toString(Runtime.getRuntime().availableProcessors());
        python = new ProcessBuilder(interpreter, "benchmarks/src/main/python/torch_steps.py", threads)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        out = new PrintWriter(python.getOutputStream(), true, StandardCharsets.UTF_8);
        in = new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The median milliseconds of a run's steps, the first fifth left out. */
    double medianStep(String model, int steps) throws IOException {
        out.println(model + " " + steps);
        String answer = in.readLine();
        if (answer == null) {
            throw new IOException("Python ended");
        }
        return Double.parseDouble(answer);
    }

    @Override
    public void close() {
        python.destroy();
    }
}
