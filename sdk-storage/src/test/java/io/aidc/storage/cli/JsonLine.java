package io.aidc.storage.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Reads one JSON object and refuses whatever RFC 8259 does not allow; numbers become doubles, null is not expected. */
final class JsonLine {
    private final String text;
    private int at;

    private JsonLine(String text) {
        this.text = text;
    }

    static Map<String, Object> parse(String line) {
        var json = new JsonLine(line);
        Map<String, Object> object = json.object();
        json.check(json.at == line.length());
        return object;
    }

    private Map<String, Object> object() {
        Map<String, Object> fields = new LinkedHashMap<>();
        items('{', '}', () -> {
            String name = string();
            expect(':');
            check(fields.put(name, value()) == null);
            return name;
        });
        return fields;
    }

    private List<Object> items(char open, char close, Supplier<Object> item) {
        List<Object> items = new ArrayList<>();
        expect(open);
        while (text.charAt(at) != close) {
            if (!items.isEmpty()) {
                expect(',');
            }
            items.add(item.get());
        }
        at++;
        return items;
    }

    private Object value() {
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> items('[', ']', this::value);
            case '"' -> string();
            default -> word();
        };
    }

    private Object word() {
        int start = at;
        while ("-+.0123456789aeEflrstu".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.equals("true") || word.equals("false")) {
            return word.equals("true");
        }
        check(word.matches("-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?"));
        return Double.valueOf(word);
    }

    private String string() {
        var string = new StringBuilder();
        expect('"');
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            check(c >= ' ');
            string.append(c == '\\' ? escaped() : c);
        }
        at++;
        return string.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        if (c == 'u') {
            at += 4;
            return (char) Integer.parseInt(text.substring(at - 4, at), 16);
        }
        check(c == '"' || c == '\\');
        return c;
    }

    private void expect(char c) {
        check(text.charAt(at) == c);
        at++;
    }

    private void check(boolean good) {
        if (!good) {
            throw new IllegalArgumentException("not JSON at %d: %s".formatted(at, text));
        }
    }
}
