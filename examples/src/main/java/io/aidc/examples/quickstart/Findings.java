package io.aidc.examples.quickstart;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What the journey measured, by name, in the order in which it was learnt. <em>Confined: one thread at a time.</em> */
final class Findings {
    private final Map<String, Object> values = new LinkedHashMap<>();

    Findings put(String name, Object value) {
        if (values.putIfAbsent(name, value) != null) {
            throw new IllegalStateException(name + " was measured twice");
        }
        return this;
    }

    double number(String name) {
        return ((Number) get(name)).doubleValue();
    }

    Object get(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " was not measured");
        }
        return value;
    }

    /** A JSON object with one member a line; numbers and booleans bare, everything else as a string. */
    String json() {
        return values.entrySet().stream()
                .map(entry -> "  " + quote(entry.getKey()) + ": " + json(entry.getValue()))
                .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
    }

    /** The line that ends a successful journey. */
    String lastLine() {
        return String.format(
                Locale.ROOT,
                "QUICKSTART OK accuracy=%.4f plain=%.4f epsilon=%.2f workers=%d replicas=%d survived=%d served=%d"
                        + " p50us=%.0f p99us=%.0f",
                number("accuracy"),
                number("plainAccuracy"),
                number("epsilon"),
                (int) number("workers"),
                (int) number("replicas"),
                (int) number("survived"),
                (int) number("served"),
                number("p50Micros"),
                number("p99Micros"));
    }

    private static String json(Object value) {
        return value instanceof Number || value instanceof Boolean ? value.toString() : quote(value.toString());
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
