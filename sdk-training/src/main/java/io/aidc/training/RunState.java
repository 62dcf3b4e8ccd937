package io.aidc.training;

import io.aidc.training.torch.internal.Vector;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleSupplier;

/**
 * Everything that a run carries from step to step, wherever it is kept: what a checkpoint holds, and what a worker that joins
 * a run takes over from another.
 *
 * <p>Confined: one thread at a time.
 */
final class RunState {
    /** The step completed last. */
    static final String STEP = "step";

    /** The step judged last. */
    static final String JUDGED = "judged";

    private record Scalar(DoubleSupplier get, DoubleConsumer set) {}

    private final Map<String, Vector> vectors = new LinkedHashMap<>();
    private final Map<String, Scalar> numbers = new LinkedHashMap<>();

    /** Adds a vector, which stays where it is. */
    void vector(String name, Vector vector) {
        vectors.put(name, vector);
    }

    /** Adds a number by how it is read and set. */
    void number(String name, DoubleSupplier get, DoubleConsumer set) {
        numbers.put(name, new Scalar(get, set));
    }

    /** The vectors themselves, in an order that is the same on all workers. */
    Map<String, Vector> vectors() {
        return Collections.unmodifiableMap(vectors);
    }

    /** The numbers by name, in an order that is the same on all workers. */
    Map<String, Double> numbers() {
        Map<String, Double> values = new LinkedHashMap<>();
        numbers.forEach((name, number) -> values.put(name, number.get().getAsDouble()));
        return values;
    }

    /** How far the run got: the more, the further. */
    long progress() {
        return progress(numbers());
    }

    /** How far a run got whose numbers these are. */
    static long progress(Map<String, Double> numbers) {
        double step = Objects.requireNonNull(numbers.get(STEP));
        double judged = Objects.requireNonNull(numbers.get(JUDGED));
        return 2 * (long) step + (judged == step ? 1 : 0);
    }

    /** Sets all numbers. */
    void restore(Map<String, Double> values) {
        List<String> missing = new ArrayList<>();
        numbers.forEach((name, number) -> {
            Double value = values.get(name);
            if (value == null) {
                missing.add(name);
            } else {
                number.set().accept(value);
            }
        });
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("the state of the run lacks " + missing);
        }
    }
}
