package io.aidc.examples.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A part of a YAML document; whatever is asked for must be there.
 *
 * @param where the way to it, for messages
 * @param value a map, a list or a scalar
 */
record Manifest(String where, Object value) {
    /** Reads the documents of a file; a key that is there twice is an error. */
    static List<Manifest> read(Path file) throws IOException {
        var settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setAllowDuplicateKeys(false)
                .build();
        List<Manifest> documents = new ArrayList<>();
        for (Object document : new Load(settings).loadAllFromString(Files.readString(file))) {
            documents.add(new Manifest(file.getFileName().toString(), document));
        }
        return documents;
    }

    static Manifest only(String kind, String name, Path file) throws IOException {
        return read(file).stream()
                .filter(document -> document.text("kind").equals(kind)
                        && document.text("metadata", "name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no %s %s in %s".formatted(kind, name, file)));
    }

    Manifest at(String... keys) {
        Manifest part = this;
        for (String key : keys) {
            Object value = part.value instanceof Map<?, ?> map ? map.get(key) : null;
            if (value == null) {
                throw new AssertionError("no %s in %s".formatted(key, part.where));
            }
            part = new Manifest(part.where + "." + key, value);
        }
        return part;
    }

    boolean has(String key) {
        return value instanceof Map<?, ?> map && map.containsKey(key);
    }

    List<Manifest> all(String... keys) {
        Manifest list = at(keys);
        if (!(list.value instanceof List<?> elements)) {
            throw new AssertionError("no list: " + list.where);
        }
        return elements.stream()
                .map(element -> new Manifest(list.where + "[]", element))
                .toList();
    }

    /** The element of a list whose key has such a value. */
    Manifest named(String key, String text, String... list) {
        return all(list).stream()
                .filter(element -> element.has(key) && element.text(key).equals(text))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no %s=%s in %s of %s".formatted(key, text, List.of(list), where)));
    }

    String text(String... keys) {
        return at(keys).value.toString();
    }

    List<String> texts(String... keys) {
        return all(keys).stream().map(Manifest::text).toList();
    }

    int number(String... keys) {
        return at(keys).value instanceof Integer number ? number : fail(keys);
    }

    private int fail(String... keys) {
        throw new AssertionError("no number: " + at(keys));
    }
}
