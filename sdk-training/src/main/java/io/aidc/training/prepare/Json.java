package io.aidc.training.prepare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads and writes small JSON documents; what it reads may come from outside. */
final class Json {
    static final int MAX_CHARACTERS = 16 << 20;
    static final int MAX_ITEMS = 100_000;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NAME = 1 << 16;

    private static final JSON READER = reader();

    private Json() {}

    private static JSON reader() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(MAX_NAME)
                        .maxNameLength(MAX_NAME)
                        .maxNumberLength(64)
                        .maxDocumentLength(MAX_CHARACTERS)
                        .build())
                .build();
        return JSON.builder(factory).build();
    }

    static String write(Map<String, Object> value) {
        try {
            return JSON.std.asString(value);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write JSON", e);
        }
    }

    /** The one object of a document, whose format and version are as named. */
    static Fields read(String document, String text, String format, int version) {
        if (text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "%s must have at most %d characters, got %d".formatted(document, MAX_CHARACTERS, text.length()));
        }
        Object value;
        try (JsonParser parser = READER.createParser(text)) {
            value = READER.anyFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("there is more behind the document");
            }
        } catch (IOException e) {
            throw new IllegalArgumentException(document + " is not well-formed JSON", e);
        }
        Fields fields = fields(document, value);
        if (!fields.text("format").equals(format) || fields.integer("version") != version) {
            throw new IllegalArgumentException(
                    "%s must be of format %s, version %d".formatted(document, format, version));
        }
        return fields;
    }

    private static Fields fields(String path, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            return new Fields(path, map);
        }
        throw new IllegalArgumentException(path + " must be an object");
    }

    /** An object's fields, by name and type. */
    record Fields(String path, Map<?, ?> map) {
        String text(String name) {
            if (map.get(name) instanceof String text) {
                return text;
            }
            throw wrong(name, "a text");
        }

        int integer(String name) {
            if (map.get(name) instanceof Integer integer) {
                return integer;
            }
            throw wrong(name, "an integer of 32 bits");
        }

        double number(String name) {
            if (map.get(name) instanceof Number number && Double.isFinite(number.doubleValue())) {
                return number.doubleValue();
            }
            throw wrong(name, "a finite number");
        }

        List<String> texts(String name) {
            List<String> texts = new ArrayList<>();
            for (Object item : list(name)) {
                if (!(item instanceof String text)) {
                    throw wrong(name, "a list of texts");
                }
                texts.add(text);
            }
            return texts;
        }

        List<Fields> objects(String name) {
            List<Fields> objects = new ArrayList<>();
            for (Object item : list(name)) {
                objects.add(fields("%s.%s[%d]".formatted(path, name, objects.size()), item));
            }
            return objects;
        }

        private List<?> list(String name) {
            if (map.get(name) instanceof List<?> list && list.size() <= MAX_ITEMS) {
                return list;
            }
            throw wrong(name, "a list of at most " + MAX_ITEMS);
        }

        private IllegalArgumentException wrong(String name, String allowed) {
            return new IllegalArgumentException("%s.%s must be %s".formatted(path, name, allowed));
        }
    }

    /** The constant of a name. */
    static <E extends Enum<E>> E choice(Fields fields, String field, String name, E[] constants) {
        for (E constant : constants) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw fields.wrong(field, "one of " + List.of(constants));
    }
}
