package io.aidc.security.policy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What an attribute of an entity, a tag or the context of a request can hold. Two values are equal if policies find them
 * equal; those of different kinds never are.
 *
 * {@snippet class="io.aidc.security.policy.PolicySnippetsTest" region="values"}
 *
 * <p><em>Immutable.</em> {@code toString} writes the value as policies do.
 */
public sealed interface Value {
    /** How deep sets and records may be nested in one another. */
    int MAX_DEPTH = 64;

    /**
     * True or false.
     *
     * @param value which
     */
    record Bool(boolean value) implements Value {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /**
     * A whole number.
     *
     * @param value any
     */
    record Whole(long value) implements Value {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /**
     * A text.
     *
     * @param value any
     */
    record Text(String value) implements Value {
        /** Checks that there is one. */
        public Text {
            Objects.requireNonNull(value, "value");
        }

        @Override
        public String toString() {
            return Escapes.quote(value);
        }
    }

    /**
     * The name of an entity.
     *
     * @param uid the entity, which need not exist
     */
    record Ref(EntityUid uid) implements Value {
        /** Checks that there is one. */
        public Ref {
            Objects.requireNonNull(uid, "uid");
        }

        @Override
        public String toString() {
            return uid.toString();
        }
    }

    /**
     * A set, without order.
     *
     * @param items different from one another
     */
    record SetOf(Set<Value> items) implements Value {
        /**
         * Copies the items.
         *
         * @throws IllegalArgumentException if they are nested deeper than {@link #MAX_DEPTH}
         */
        public SetOf {
            items = Items.of(items);
        }

        @Override
        public String toString() {
            return Values.text(items);
        }
    }

    /**
     * A record.
     *
     * @param attributes by name, which may be any text
     */
    record RecordOf(Map<String, Value> attributes) implements Value {
        /**
         * Copies the attributes.
         *
         * @throws IllegalArgumentException if they are nested deeper than {@link #MAX_DEPTH}
         */
        public RecordOf {
            attributes = Attributes.of(attributes);
        }

        @Override
        public String toString() {
            return Values.text(attributes);
        }
    }

    /**
     * A number with four digits after the point.
     *
     * @param tenThousandths the number times 10&nbsp;000
     */
    record Decimal(long tenThousandths) implements Value {
        @Override
        public String toString() {
            return "decimal(\"%s\")".formatted(Decimals.text(tenThousandths));
        }
    }

    /**
     * An address or a range of addresses.
     *
     * @param high the upper 64 bits of an IPv6 address, 0 for an IPv4 address
     * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
     * @param version 4 or 6
     * @param prefix how many leading bits all addresses of the range have in common, 0 to 32 or 128; the greatest for a
     *     single address
     */
    record Ip(long high, long low, int version, int prefix) implements Value {
        /**
         * Checks the numbers.
         *
         * @throws IllegalArgumentException if one is out of range
         */
        public Ip {
            if ((version != 4 && version != 6) || prefix < 0 || prefix > (version == 4 ? 32 : 128)) {
                throw new IllegalArgumentException(
                        "version must be 4 or 6, and prefix 0 to 32 or 128, got %d and %d".formatted(version, prefix));
            }
            if (version == 4 && (high != 0 || low >>> 32 != 0)) {
                throw new IllegalArgumentException("an IPv4 address has 32 bits, got more");
            }
        }

        @Override
        public String toString() {
            return "ip(\"%s\")".formatted(Ips.text(this));
        }
    }

    /**
     * A moment.
     *
     * @param epochMillis milliseconds since 1970-01-01T00:00Z, negative before
     */
    record Datetime(long epochMillis) implements Value {
        @Override
        public String toString() {
            return "datetime(\"1970-01-01\").offset(duration(\"%dms\"))".formatted(epochMillis);
        }
    }

    /**
     * A length of time.
     *
     * @param millis milliseconds, negative for the past
     */
    record Duration(long millis) implements Value {
        @Override
        public String toString() {
            return "duration(\"%dms\")".formatted(millis);
        }
    }

    /**
     * Makes a value from a boolean.
     *
     * @param value which
     * @return the value
     */
    static Value of(boolean value) {
        return value ? Values.TRUE : Values.FALSE;
    }

    /**
     * Makes a value from a whole number.
     *
     * @param value any
     * @return the value
     */
    static Value of(long value) {
        return new Whole(value);
    }

    /**
     * Makes a value from a text.
     *
     * @param value any; {@code Role::"admin"} stays a text
     * @return the value
     */
    static Value of(String value) {
        return new Text(value);
    }

    /**
     * Makes a reference to an entity.
     *
     * @param uid the entity
     * @return the value
     */
    static Value of(EntityUid uid) {
        return new Ref(uid);
    }

    /**
     * Makes a set of texts.
     *
     * @param texts any, equal ones count once
     * @return the value
     */
    static Value ofTexts(Collection<String> texts) {
        List<Value> items = new ArrayList<>();
        for (String text : texts) {
            items.add(new Text(text));
        }
        return new SetOf(Items.of(items));
    }

    /**
     * Makes a set.
     *
     * @param items any, equal ones count once
     * @return the value
     */
    static Value setOf(Value... items) {
        return new SetOf(Items.of(Arrays.asList(items)));
    }

    /**
     * Makes a record.
     *
     * @param attributes by name
     * @return the value
     */
    static Value recordOf(Map<String, Value> attributes) {
        return new RecordOf(attributes);
    }

    /**
     * Makes a moment.
     *
     * @param instant the moment, cut to milliseconds
     * @return the value
     * @throws ArithmeticException if it is some 292 million years away
     */
    static Value of(Instant instant) {
        return new Datetime(instant.toEpochMilli());
    }

    /**
     * Makes a length of time.
     *
     * @param duration the length, cut to milliseconds
     * @return the value
     * @throws ArithmeticException if it is longer than some 292 million years
     */
    static Value of(java.time.Duration duration) {
        return new Duration(duration.toMillis());
    }

    /**
     * Makes a number with up to four digits after the point.
     *
     * @param text such as {@code 12.34} or {@code -0.5}, from -922337203685477.5808 to 922337203685477.5807
     * @return the value
     * @throws IllegalArgumentException if the text is something else
     */
    static Value decimal(String text) {
        return Values.required("decimal", text, Decimals.parse(text));
    }

    /**
     * Makes an address or range of addresses.
     *
     * @param text such as {@code 10.1.0.0/16}, {@code ::1} or {@code 192.168.0.1}
     * @return the value
     * @throws IllegalArgumentException if the text is something else; names of hosts are
     */
    static Value ip(String text) {
        return Values.required("ip", text, Ips.parse(text));
    }

    /**
     * Makes a moment.
     *
     * @param text such as {@code 2026-01-31}, {@code 2026-01-31T23:59:59Z} or {@code 2026-01-31T23:59:59.999+0100}
     * @return the value
     * @throws IllegalArgumentException if the text is something else
     */
    static Value datetime(String text) {
        return Values.required("datetime", text, Datetimes.parse(text));
    }

    /**
     * Makes a length of time.
     *
     * @param text such as {@code 1d2h3m4s5ms}, {@code 90m} or {@code -12h}; units in this order
     * @return the value
     * @throws IllegalArgumentException if the text is something else
     */
    static Value duration(String text) {
        return Values.required("duration", text, Durations.parse(text));
    }
}
