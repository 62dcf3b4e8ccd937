package io.aidc.security.internal;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON (RFC 8259) strictly: well-formed UTF-8, no duplicate names, no lone surrogates, nothing after the value,
 * nested at most 64 deep, numbers of at most 64 characters, and no more values than the caller allows: in memory a value
 * takes some 25 times its text.
 */
public final class JsonReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER = 64;

    private final String text;
    private final int maxValues;
    private int position;
    private int values;

    private JsonReader(String text, int maxValues) {
        this.text = text;
        this.maxValues = maxValues;
    }

    /**
     * Reads one value.
     *
     * @param utf8 the whole text
     * @param maxValues how many values the text may hold, the outermost and those inside, &gt;= 1
     * @return the value
     * @throws JsonException if the text breaks a rule
     */
    public static Json read(byte[] utf8, int maxValues) throws JsonException {
        JsonReader reader;
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            reader = new JsonReader(text, maxValues);
        } catch (CharacterCodingException e) {
            throw new JsonException("not UTF-8");
        }
        Json value = reader.value(0);
        reader.skipSpace();
        if (reader.position < reader.text.length()) {
            throw reader.fault("nothing may follow the value");
        }
        return value;
    }

    private Json value(int depth) throws JsonException {
        if (depth > MAX_DEPTH) {
            throw fault("nested deeper than " + MAX_DEPTH);
        }
        if (++values > maxValues) {
            throw fault("more than %d values".formatted(maxValues));
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Text(string());
            case 't' -> literal("true", Json.Literal.TRUE);
            case 'f' -> literal("false", Json.Literal.FALSE);
            case 'n' -> literal("null", Json.Literal.NULL);
            default -> number();
        };
    }

    private Json object(int depth) throws JsonException {
        Map<String, Json> members = new LinkedHashMap<>();
        expect('{');
        skipSpace();
        if (peek() == '}') {
            position++;
            return new Json.Members(members);
        }
        do {
            skipSpace();
            String name = string();
            skipSpace();
            expect(':');
            if (members.putIfAbsent(name, value(depth + 1)) != null) {
                throw fault("duplicate name " + Printable.of(name));
            }
            skipSpace();
        } while (more('}'));
        return new Json.Members(members);
    }

    private Json array(int depth) throws JsonException {
        List<Json> items = new ArrayList<>();
        expect('[');
        skipSpace();
        if (peek() == ']') {
            position++;
            return new Json.Items(items);
        }
        do {
            items.add(value(depth + 1));
            skipSpace();
        } while (more(']'));
        return new Json.Items(items);
    }

    private boolean more(char end) throws JsonException {
        if (peek() == ',') {
            position++;
            return true;
        }
        expect(end);
        return false;
    }

    private Json literal(String word, Json literal) throws JsonException {
        if (!text.startsWith(word, position)) {
            throw fault("expected " + word);
        }
        position += word.length();
        return literal;
    }

    private Json number() throws JsonException {
        int start = position;
        if (peek() == '-') {
            position++;
        }
        if (peek() == '0') {
            position++;
        } else {
            digits();
        }
        if (peek() == '.') {
            position++;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            position++;
            if (peek() == '+' || peek() == '-') {
                position++;
            }
            digits();
        }
        if (position - start > MAX_NUMBER) {
            throw fault("number longer than " + MAX_NUMBER + " characters");
        }
        try {
            return new Json.Numeral(new BigDecimal(text.substring(start, position)));
        } catch (NumberFormatException e) {
            throw fault("number out of range");
        }
    }

    private void digits() throws JsonException {
        if (peek() < '0' || peek() > '9') {
            throw fault("expected a digit");
        }
        while (peek() >= '0' && peek() <= '9') {
            position++;
        }
    }

    private String string() throws JsonException {
        expect('"');
        StringBuilder out = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw fault("control character in a string");
            }
            out.append(c == '\\' ? escape() : c);
        }
        String value = out.toString();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw fault("lone surrogate in a string");
        }
        return value;
    }

    private char escape() throws JsonException {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw fault("unknown escape");
        };
    }

    private char hex() throws JsonException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = next();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw fault("expected a hex digit");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private void skipSpace() {
        while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
            position++;
        }
    }

    /** The next character, or NUL at the end, which no rule accepts. */
    private char peek() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private char next() throws JsonException {
        if (position >= text.length()) {
            throw fault("text ends too early");
        }
        return text.charAt(position++);
    }

    private void expect(char c) throws JsonException {
        if (next() != c) {
            position--;
            throw fault("expected " + c);
        }
    }

    private JsonException fault(String rule) {
        return new JsonException("%s at character %d".formatted(rule, position));
    }
}
