package io.aidc.security.internal;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A JSON value (RFC 8259), read strictly by {@link JsonReader} and written compactly by {@link #text()}. */
public sealed interface Json {
    /**
     * An object.
     *
     * @param members in the order of the text
     */
    record Members(Map<String, Json> members) implements Json {}

    /**
     * An array.
     *
     * @param items in the order of the text
     */
    record Items(List<Json> items) implements Json {}

    /**
     * A string.
     *
     * @param value without quotes and escapes
     */
    record Text(String value) implements Json {}

    /**
     * A number. Two are equal if their values are, however they were written: {@code 8} is {@code 8.0}.
     *
     * @param value exact
     */
    record Numeral(BigDecimal value) implements Json {
        @Override
        public boolean equals(Object other) {
            return other instanceof Numeral that && value.compareTo(that.value) == 0;
        }

        @Override
        public int hashCode() {
            return value.stripTrailingZeros().hashCode();
        }
    }

    /** The three literals. */
    enum Literal implements Json {
        /** {@code true}. */
        TRUE,
        /** {@code false}. */
        FALSE,
        /** {@code null}. */
        NULL
    }

    /**
     * Makes an object.
     *
     * @param pairs name, value, name, value …; a value is a {@code String} or a {@code Json}
     * @return the object, in that order
     */
    static Json object(Object... pairs) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            members.put((String) pairs[i], value instanceof Json json ? json : new Text((String) value));
        }
        return new Members(members);
    }

    /**
     * Makes a number.
     *
     * @param value the value
     * @return the number, written without a fraction
     */
    static Json of(long value) {
        return new Numeral(BigDecimal.valueOf(value));
    }

    /**
     * Makes a literal.
     *
     * @param value true or false
     * @return the literal
     */
    static Json of(boolean value) {
        return value ? Literal.TRUE : Literal.FALSE;
    }

    /**
     * Finds a member that may be absent; {@code null} counts as absent.
     *
     * @param name the member
     * @return its value
     * @throws JsonException if this is no object
     */
    default Optional<Json> find(String name) throws JsonException {
        if (!(this instanceof Members object)) {
            throw new JsonException("expected an object with member " + name);
        }
        return Optional.ofNullable(object.members().get(name)).filter(value -> value != Literal.NULL);
    }

    /**
     * Returns a member that must be there.
     *
     * @param name the member
     * @return its value
     * @throws JsonException if this is no object or has no such member
     */
    default Json get(String name) throws JsonException {
        return find(name).orElseThrow(() -> new JsonException("missing member " + name));
    }

    /**
     * Returns this array's items.
     *
     * @return the items
     * @throws JsonException if this is no array
     */
    default List<Json> asItems() throws JsonException {
        if (this instanceof Items array) {
            return array.items();
        }
        throw new JsonException("expected an array");
    }

    /**
     * Returns this string's value.
     *
     * @return the value
     * @throws JsonException if this is no string
     */
    default String asText() throws JsonException {
        if (this instanceof Text text) {
            return text.value();
        }
        throw new JsonException("expected a string");
    }

    /**
     * Returns this number as a whole one.
     *
     * @return the value
     * @throws JsonException if this is no number, has a fraction, or does not fit
     */
    default long asLong() throws JsonException {
        if (this instanceof Numeral number) {
            try {
                return number.value().longValueExact();
            } catch (ArithmeticException e) {
                throw new JsonException("expected a whole number");
            }
        }
        throw new JsonException("expected a number");
    }

    /**
     * Returns this literal as a boolean.
     *
     * @return the value
     * @throws JsonException if this is neither {@code true} nor {@code false}
     */
    default boolean asBoolean() throws JsonException {
        if (this == Literal.TRUE || this == Literal.FALSE) {
            return this == Literal.TRUE;
        }
        throw new JsonException("expected true or false");
    }

    /**
     * Writes this value without spaces, all characters outside ASCII escaped.
     *
     * @return the text
     */
    default String text() {
        StringBuilder out = new StringBuilder();
        JsonWriter.write(this, out);
        return out.toString();
    }
}
