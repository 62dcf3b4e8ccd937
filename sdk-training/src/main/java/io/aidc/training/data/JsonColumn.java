package io.aidc.training.data;

import io.aidc.training.Table;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the values of one key, which must be of one kind. */
final class JsonColumn {
    private enum Kind {
        NUMBER("a number"),
        TEXT("a text"),
        FLAG("true or false");

        private final String words;

        Kind(String words) {
            this.words = words;
        }
    }

    private static final long EXACT = 1L << 53;

    private final String source;
    private final String key;
    private final List<@Nullable Object> values = new ArrayList<>();
    private @Nullable Kind kind;
    private boolean inexact;

    JsonColumn(String source, String key) {
        this.source = source;
        this.key = key;
    }

    void add(@Nullable Object value, int line) {
        if (value != null) {
            Kind found = kind(value, line);
            if (kind != null && kind != found) {
                throw JsonLines.malformed(
                        source, line, key, "%s, but lines before have %s".formatted(found.words, kind.words));
            }
            kind = found;
        }
        values.add(value);
    }

    private Kind kind(Object value, int line) {
        if (value instanceof Number number) {
            if (number instanceof BigInteger || (number instanceof Long large && (large > EXACT || large < -EXACT))) {
                inexact = true;
            } else if (!Double.isFinite(number.doubleValue())) {
                throw JsonLines.malformed(source, line, key, "the number is too large");
            }
            return Kind.NUMBER;
        }
        if (value instanceof String) {
            return Kind.TEXT;
        }
        if (value instanceof Boolean) {
            return Kind.FLAG;
        }
        throw JsonLines.malformed(
                source, line, key, "a number, a text, true, false or null is needed, no nested value");
    }

    void addTo(Table.Builder table) {
        if (kind == Kind.FLAG) {
            List<@Nullable Boolean> flags = new ArrayList<>();
            values.forEach(value -> flags.add((Boolean) value));
            table.flags(key, flags);
        } else if (kind == Kind.TEXT || inexact) {
            table.texts(key, values.stream().map(JsonColumn::text).toList());
        } else {
            table.numbers(
                    key,
                    values.stream()
                            .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
                            .toArray());
        }
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Double number) {
            return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
        }
        return value == null ? "" : value.toString();
    }
}
