package io.aidc.training.metrics;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Reads {@code golden/scores.json}, which {@code scores.py} wrote. */
public final class GoldenScores {
    private static final Map<String, Object> ALL = read();

    private GoldenScores() {}

    public static Map<String, Object> all() {
        return ALL;
    }

    private static Map<String, Object> read() {
        try (InputStream in = GoldenScores.class.getResourceAsStream("/golden/scores.json")) {
            return JSON.std.mapFrom(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    public static Map<?, ?> map(Object parent, String name) {
        return map(Objects.requireNonNull(map(parent).get(name)));
    }

    public static double[] doubles(Object value) {
        return ((Collection<?>) value)
                .stream().mapToDouble(n -> ((Number) n).doubleValue()).toArray();
    }

    public static double[][] rows(Object parent, String name) {
        return ((List<?>) Objects.requireNonNull(map(parent).get(name)))
                .stream().map(GoldenScores::doubles).toArray(double[][]::new);
    }

    public static float[][] floats(Object parent, String name) {
        double[][] rows = rows(parent, name);
        float[][] floats = new float[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            floats[i] = new float[rows[i].length];
            for (int j = 0; j < rows[i].length; j++) {
                floats[i][j] = (float) rows[i][j];
            }
        }
        return floats;
    }

    public static int[] ints(Object parent, String name) {
        return ((List<?>) Objects.requireNonNull(map(parent).get(name)))
                .stream().mapToInt(n -> ((Number) n).intValue()).toArray();
    }
}
