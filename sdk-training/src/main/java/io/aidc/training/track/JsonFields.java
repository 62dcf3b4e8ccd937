package io.aidc.training.track;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes the fields of a JSON object by name and kind, and names the one that is wrong. */
final class JsonFields {
    private static final int SHOWN = 40;

    private final String path;
    private final Map<?, ?> fields;
    private final Set<String> taken = new HashSet<>();

    JsonFields(String path, Map<?, ?> fields) {
        this.path = path;
        this.fields = fields;
    }

    private @Nullable Object field(String name) {
        taken.add(name);
        if (!fields.containsKey(name)) {
            throw new IllegalArgumentException("%s: field '%s' is missing".formatted(path, name));
        }
        return fields.get(name);
    }

    private IllegalArgumentException wrong(String name, String wanted, @Nullable Object got) {
        String shown = String.valueOf(got);
        return new IllegalArgumentException("%s: %s must be %s, got %s"
                .formatted(path, name, wanted, shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown));
    }

    long longInteger(String name) {
        Object value = field(name);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw wrong(name, "a 64-bit integer", value);
    }

    int integer(String name) {
        long value = longInteger(name);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw wrong(name, "in [0, 2147483647]", value);
        }
        return (int) value;
    }

    String string(String name) {
        return string(name, field(name));
    }

    private String string(String name, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(name, "a string", value);
    }

    double number(String name) {
        return number(name, field(name));
    }

    private double number(String name, @Nullable Object value) {
        if (value instanceof Double || value instanceof Integer || value instanceof Long) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof BigInteger || value instanceof BigDecimal) {
            return ((Number) value).doubleValue();
        }
        if ("NaN".equals(value) || "Infinity".equals(value) || "-Infinity".equals(value)) {
            return Double.parseDouble((String) value);
        }
        throw wrong(name, "a number", value);
    }

    List<Double> numbers(String name) {
        List<Double> numbers = new ArrayList<>();
        for (Object value : list(name)) {
            numbers.add(number(name, value));
        }
        return numbers;
    }

    private List<?> list(String name) {
        Object value = field(name);
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(name, "a list", value);
    }

    List<JsonFields> objects(String name) {
        List<JsonFields> objects = new ArrayList<>();
        for (Object value : list(name)) {
            if (!(value instanceof Map<?, ?> map)) {
                throw wrong(name, "a list of objects", value);
            }
            objects.add(new JsonFields("%s, %s %d".formatted(path, name, objects.size()), map));
        }
        return objects;
    }

    private Map<?, ?> map(String name) {
        Object value = field(name);
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw wrong(name, "an object", value);
    }

    Map<String, String> stringsByName(String name) {
        Map<String, String> strings = new LinkedHashMap<>();
        map(name).forEach((key, value) -> strings.put(String.valueOf(key), string(name + "." + key, value)));
        return strings;
    }

    Map<String, Double> numbersByName(String name) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        map(name).forEach((key, value) -> numbers.put(String.valueOf(key), number(name + "." + key, value)));
        return numbers;
    }

    Instant instant(String name) {
        return time(name, "an ISO 8601 instant", Instant::parse);
    }

    Duration duration(String name) {
        return time(name, "an ISO 8601 duration", Duration::parse);
    }

    private <T> T time(String name, String wanted, Function<String, T> parse) {
        String text = string(name);
        try {
            return parse.apply(text);
        } catch (DateTimeException e) {
            throw wrong(name, wanted, text);
        }
    }

    <E extends Enum<E>> E constant(String name, Class<E> type) {
        String text = string(name);
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equals(text))
                .findFirst()
                .orElseThrow(() -> wrong(name, "one of " + Arrays.toString(type.getEnumConstants()), text));
    }

    void requireNoOthers() {
        for (Object name : fields.keySet()) {
            if (!taken.contains(String.valueOf(name))) {
                throw new IllegalArgumentException("%s: field '%s' is not known".formatted(path, name));
            }
        }
    }
}
