package io.aidc.training.federated;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says how a client's training moved the parameters.
 *
 * <p>Immutable.
 */
public final class Update {
    /** The most examples one update may claim to rest on. */
    public static final long MOST_EXAMPLES = 1L << 29;

    /** The most figures one update may carry. */
    public static final int MOST_METRICS = 64;

    /** The longest name of a figure, in characters. */
    public static final int LONGEST_METRIC = 64;

    private final float[] delta;
    private final long examples;
    private final Map<String, Double> metrics;

    private Update(float[] delta, long examples, Map<String, Double> metrics) {
        this.delta = delta;
        this.examples = examples;
        this.metrics = metrics;
    }

    /**
     * Makes an update from the change.
     *
     * @param delta parameters after training minus those of the task, flat, float32; copied. It is checked by whoever
     *     receives it
     * @param examples on how many examples it rests, from 0 to {@link #MOST_EXAMPLES}
     * @return an update without metrics
     * @throws IllegalArgumentException if the number is out of range
     */
    public static Update of(float[] delta, long examples) {
        return owning(delta.clone(), examples);
    }

    /**
     * Makes an update from the parameters before and after.
     *
     * @param before the parameters of the task, flat, float32
     * @param after the trained parameters, of the same length
     * @param examples on how many examples they rest, from 0 to {@link #MOST_EXAMPLES}
     * @return an update without metrics
     * @throws IllegalArgumentException if the lengths differ or the number is out of range
     */
    public static Update between(float[] before, float[] after, long examples) {
        if (before.length != after.length) {
            throw new IllegalArgumentException("parameters after training must be as many as before, %d, got %d"
                    .formatted(before.length, after.length));
        }
        float[] delta = new float[before.length];
        for (int i = 0; i < delta.length; i++) {
            delta[i] = after[i] - before[i];
        }
        return owning(delta, examples);
    }

    private static Update owning(float[] delta, long examples) {
        if (examples < 0 || examples > MOST_EXAMPLES) {
            throw new IllegalArgumentException(
                    "examples must be in [0, %d], got %d".formatted(MOST_EXAMPLES, examples));
        }
        return new Update(delta, examples, Map.of());
    }

    /**
     * Gives this update with a figure about the training, such as its loss. It leaves the client as it is: whoever needs
     * privacy sends none.
     *
     * @param name of 1 to {@link #LONGEST_METRIC} characters
     * @param value any number
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty, too long or taken, or there are too many
     */
    public Update metric(String name, double value) {
        if (name.isEmpty() || name.length() > LONGEST_METRIC) {
            throw new IllegalArgumentException(
                    "a metric's name must have 1 to %d characters, got %d".formatted(LONGEST_METRIC, name.length()));
        }
        if (metrics.size() == MOST_METRICS) {
            throw new IllegalArgumentException("an update carries at most %d metrics".formatted(MOST_METRICS));
        }
        var more = new TreeMap<>(metrics);
        if (more.put(name, value) != null) {
            throw new IllegalArgumentException("metric %s is there already".formatted(name));
        }
        return new Update(delta, examples, Collections.unmodifiableMap(more));
    }

    /**
     * Gives the change of the parameters.
     *
     * @return a copy, flat, float32
     */
    public float[] delta() {
        return delta.clone();
    }

    /** The change itself, which nobody may alter. */
    float[] values() {
        return delta;
    }

    /**
     * Counts the parameters.
     *
     * @return the length of the change
     */
    public int length() {
        return delta.length;
    }

    /**
     * Gives on how many examples the update rests.
     *
     * @return the count, ≥ 0
     */
    public long examples() {
        return examples;
    }

    /**
     * Gives the figures about the training.
     *
     * @return numbers by name, sorted
     */
    public Map<String, Double> metrics() {
        return metrics;
    }

    /**
     * Names the size.
     *
     * @return text without the change
     */
    @Override
    public String toString() {
        return "Update[parameters=%d, examples=%d]".formatted(delta.length, examples);
    }
}
