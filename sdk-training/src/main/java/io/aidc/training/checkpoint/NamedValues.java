package io.aidc.training.checkpoint;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds integers, floating-point numbers, texts and bytes by name: the state of a part of a run that is not an array.
 *
 * <p>Numbers come back from a checkpoint exactly, infinities and NaN included. The text form shows names only.
 *
 * <p>Immutable.
 */
public final class NamedValues {
    private static final NamedValues NONE = new NamedValues(Map.of());

    private final Map<String, Object> values;

    private NamedValues(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /**
     * Gives no values.
     *
     * @return the empty collection
     */
    public static NamedValues none() {
        return NONE;
    }

    /**
     * Adds an integer.
     *
     * @param name what it is called, not used yet, not empty
     * @param value any number
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty or used
     */
    public NamedValues and(String name, long value) {
        return put(name, value);
    }

    /**
     * Adds a floating-point number.
     *
     * @param name what it is called, not used yet, not empty
     * @param value any number, also infinite or NaN
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty or used
     */
    public NamedValues and(String name, double value) {
        return put(name, value);
    }

    /**
     * Adds a text.
     *
     * @param name what it is called, not used yet, not empty
     * @param value any text
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty or used
     */
    public NamedValues and(String name, String value) {
        return put(name, Objects.requireNonNull(value, "value"));
    }

    /**
     * Adds bytes.
     *
     * @param name what they are called, not used yet, not empty
     * @param value any bytes; copied
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty or used
     */
    public NamedValues and(String name, byte[] value) {
        return put(name, new Bytes(value.clone()));
    }

    private NamedValues put(String name, Object value) {
        if (name.isEmpty() || values.containsKey(name)) {
            throw new IllegalArgumentException(
                    "name must not be empty nor one of %s, got '%s'".formatted(values.keySet(), name));
        }
        Map<String, Object> more = new TreeMap<>(values);
        more.put(name, value);
        return new NamedValues(more);
    }

    /**
     * Lists the names.
     *
     * @return the names, sorted
     */
    public Set<String> names() {
        return values.keySet();
    }

    /**
     * Gives an integer.
     *
     * @param name what it is called
     * @return the number
     * @throws IllegalArgumentException if there is no integer of that name
     */
    public long integer(String name) {
        return value(name, Long.class, "integer");
    }

    /**
     * Gives a floating-point number, or an integer as one.
     *
     * @param name what it is called
     * @return the number
     * @throws IllegalArgumentException if there is no number of that name
     */
    public double number(String name) {
        return value(name, Number.class, "number").doubleValue();
    }

    /**
     * Gives a text.
     *
     * @param name what it is called
     * @return the text
     * @throws IllegalArgumentException if there is no text of that name
     */
    public String text(String name) {
        return value(name, String.class, "text");
    }

    /**
     * Gives bytes.
     *
     * @param name what they are called
     * @return a copy
     * @throws IllegalArgumentException if there are no bytes of that name
     */
    public byte[] bytes(String name) {
        return value(name, Bytes.class, "bytes").content.clone();
    }

    private <T> T value(String name, Class<T> kind, String called) {
        Object value = values.get(Objects.requireNonNull(name, "name"));
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException("no %s '%s'; there are %s".formatted(called, name, this));
        }
        return kind.cast(value);
    }

    /** Values are Long, Double, String or {@link Bytes}. */
    Map<String, Object> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NamedValues that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.keySet().toString();
    }

    /** Bytes that are equal if their content is. */
    static final class Bytes {
        private final byte[] content;

        Bytes(byte[] content) {
            this.content = content;
        }

        byte[] content() {
            return content;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }
    }
}
