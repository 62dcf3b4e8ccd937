package io.aidc.training.prepare;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads numbers that src/test/python/data_golden.py wrote. */
final class GoldenJson {
    private final Map<?, ?> map;

    private GoldenJson(Map<?, ?> map) {
        this.map = map;
    }

    static GoldenJson read(String file) {
        try (InputStream in = Objects.requireNonNull(GoldenJson.class.getResourceAsStream("/golden/" + file), file)) {
            return new GoldenJson(JSON.std.mapFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object get(String name) {
        return Objects.requireNonNull(map.get(name), name);
    }

    GoldenJson object(String name) {
        return new GoldenJson((Map<?, ?>) get(name));
    }

    List<GoldenJson> objects(String name) {
        List<GoldenJson> objects = new ArrayList<>();
        ((List<?>) get(name)).forEach(item -> objects.add(new GoldenJson((Map<?, ?>) item)));
        return objects;
    }

    double number(String name) {
        return ((Number) get(name)).doubleValue();
    }

    double[] numbers(String name) {
        return numbers(get(name));
    }

    double[][] rows(String name) {
        return ((List<?>) get(name)).stream().map(GoldenJson::numbers).toArray(double[][]::new);
    }

    /** A null is NaN. */
    private static double[] numbers(@Nullable Object list) {
        return ((List<?>) Objects.requireNonNull(list))
                .stream()
                        .mapToDouble(item -> item instanceof Number number ? number.doubleValue() : Double.NaN)
                        .toArray();
    }

    int[] integers(String name) {
        return ((List<?>) get(name))
                .stream().mapToInt(item -> ((Number) item).intValue()).toArray();
    }

    @Override
    public String toString() {
        return map.keySet().toString();
    }
}
