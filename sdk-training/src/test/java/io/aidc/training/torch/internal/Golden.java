package io.aidc.training.torch.internal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Reads a trace that src/test/python/golden.py wrote: a name and its numbers on each line. */
final class Golden {
    private final Map<String, double[]> values = new HashMap<>();

    Golden(String file) throws IOException {
        try (var reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + file), file),
                StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String[] words = line.split(" ", -1);
                double[] numbers = new double[words.length - 1];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = Double.parseDouble(words[i + 1]);
                }
                values.put(words[0], numbers);
            }
        }
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    double[] doubles(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** Numbers that were written as float32. */
    float[] get(String name) {
        double[] wide = doubles(name);
        float[] numbers = new float[wide.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) wide[i];
        }
        return numbers;
    }

    /** Greatest difference divided by the greatest expected number. */
    static double relativeError(float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new AssertionError("length %d instead of %d".formatted(actual.length, expected.length));
        }
        double error = 0;
        double size = 1e-30;
        for (int i = 0; i < actual.length; i++) {
            // Not Math.max on the error alone: it must not lose a NaN.
            double difference = Math.abs((double) actual[i] - expected[i]);
            error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
            size = Math.max(size, Math.abs((double) expected[i]));
        }
        return error / size;
    }
}
