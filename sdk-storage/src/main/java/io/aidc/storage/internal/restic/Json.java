package io.aidc.storage.internal.restic;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON (RFC 8259) as maps, lists, strings, longs, doubles and booleans.
 *
 * <p>An error is an {@link IllegalArgumentException} and names the place, never the text. At most 64 levels deep.
 */
final class Json {
    private static final int MAX_DEPTH = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads a document that is one object. */
    static JsonObject parse(byte[] utf8) {
        var json = new Json(new String(utf8, StandardCharsets.UTF_8));
        Object value = json.value(0);
        json.blanks();
        if (json.at < json.text.length()) {
            throw json.wrong("the end");
        }
        return JsonObject.of(value, "document");
    }

    /** Writes maps, lists, strings, numbers, booleans and nulls without blanks. */
    static byte[] write(Map<String, ?> document) {
        var out = new StringBuilder();
        append(out, document);
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private @Nullable Object value(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("at most " + MAX_DEPTH + " levels");
        }
        blanks();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        at++;
        blanks();
        if (skip('}')) {
            return fields;
        }
        do {
            blanks();
            String name = string();
            blanks();
            require(':');
            fields.put(name, value(depth + 1));
            blanks();
        } while (skip(','));
        require('}');
        return fields;
    }

    private List<@Nullable Object> list(int depth) {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        blanks();
        if (skip(']')) {
            return items;
        }
        do {
            items.add(value(depth + 1));
            blanks();
        } while (skip(','));
        require(']');
        return items;
    }

    private String string() {
        require('"');
        int from = at;
        while (peek() >= ' ' && peek() != '"' && peek() != '\\') {
            at++;
        }
        if (skip('"')) {
            return text.substring(from, at - 1);
        }
        var out = new StringBuilder(text.substring(from, at));
        while (!skip('"')) {
            char c = peek();
            if (c < ' ') {
                throw wrong("a character of a string");
            }
            at++;
            out.append(c == '\\' ? escaped() : c);
        }
        return out.toString();
    }

    private char escaped() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an escape");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw wrong("four hex digits");
            }
            code = code << 4 | digit;
            at++;
        }
        return (char) code;
    }

    private Number number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException notLong) {
            try {
                return Double.valueOf(digits);
            } catch (NumberFormatException notDouble) {
                at = from;
                throw wrong("a value");
            }
        }
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private boolean skip(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private void require(char c) {
        if (!skip(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("JSON must have %s at character %d".formatted(expected, at));
    }

    private static void append(StringBuilder out, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (Map.Entry<?, ?> field : map.entrySet()) {
                quote(out.append(separator), (String) field.getKey());
                append(out.append(':'), field.getValue());
                separator = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof List<?> list) {
            char separator = '[';
            for (Object item : list) {
                append(out.append(separator), item);
                separator = ',';
            }
            out.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof String string) {
            quote(out, string);
        } else {
            out.append(value);
        }
    }

    private static void quote(StringBuilder out, String string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
