package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object; a field that is null counts as missing, one of another type is an {@link IllegalArgumentException}. */
final class JsonObject {
    private static final OffsetDateTime FIRST_TIME = OffsetDateTime.parse("0000-01-01T00:00:00Z");
    private static final OffsetDateTime LAST_TIME = OffsetDateTime.parse("9999-12-31T23:59:59Z");

    private final Map<?, ?> fields;

    private JsonObject(Map<?, ?> fields) {
        this.fields = fields;
    }

    static JsonObject of(@Nullable Object value, String what) {
        if (value instanceof Map<?, ?> map) {
            return new JsonObject(map);
        }
        throw new IllegalArgumentException(what + " must be a JSON object");
    }

    String string(String name) {
        return required(name, optionalString(name));
    }

    @Nullable
    String optionalString(String name) {
        return typed(name, String.class);
    }

    String string(String name, String absent) {
        String value = optionalString(name);
        return value == null ? absent : value;
    }

    boolean flag(String name) {
        return Boolean.TRUE.equals(typed(name, Boolean.class));
    }

    long number(String name, long absent) {
        // Go writes unsigned 64-bit numbers; those beyond a long are of no interest here.
        Number value = typed(name, Number.class);
        return value == null ? absent : value.longValue();
    }

    int number(String name, int absent, int min, int max) {
        long value = number(name, (long) absent);
        if (value < min || value > max) {
            throw new IllegalArgumentException("'%s' must be %d to %d, got %d".formatted(name, min, max, value));
        }
        return (int) value;
    }

    byte[] base64(String name) {
        return Base64.getDecoder().decode(string(name));
    }

    OffsetDateTime time(String name) {
        try {
            return OffsetDateTime.parse(string(name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' must be a time", e);
        }
    }

    ChunkId id(String name) {
        return toId(string(name));
    }

    @Nullable
    ChunkId optionalId(String name) {
        String hex = optionalString(name);
        return hex == null ? null : toId(hex);
    }

    List<ChunkId> ids(String name) {
        return strings(name).stream().map(JsonObject::toId).toList();
    }

    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        for (Object item : list(name)) {
            if (!(item instanceof String string)) {
                throw new IllegalArgumentException("'" + name + "' must be a list of strings");
            }
            strings.add(string);
        }
        return List.copyOf(strings);
    }

    List<JsonObject> objects(String name) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object item : list(name)) {
            objects.add(of(item, "item of '" + name + "'"));
        }
        return objects;
    }

    JsonObject object(String name) {
        return of(fields.get(name), "'" + name + "'");
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    /** The storage id that 64 hex digits stand for. */
    static ChunkId toId(String hex) {
        return ChunkId.parse("sha256-" + hex);
    }

    /** Writes a time as RFC 3339 with nanoseconds; years are kept within 0 to 9999. */
    static String format(OffsetDateTime time) {
        OffsetDateTime bounded = time.isBefore(FIRST_TIME) ? FIRST_TIME : time.isAfter(LAST_TIME) ? LAST_TIME : time;
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(bounded);
    }

    private List<?> list(String name) {
        List<?> list = typed(name, List.class);
        return list == null ? List.of() : list;
    }

    private <T> @Nullable T typed(String name, Class<T> type) {
        Object value = fields.get(name);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        throw new IllegalArgumentException("'%s' must be a %s".formatted(name, type.getSimpleName()));
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }
}
