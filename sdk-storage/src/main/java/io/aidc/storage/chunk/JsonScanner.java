package io.aidc.storage.chunk;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Reads the JSON that safetensors headers consist of: objects, arrays of non-negative integers, strings (RFC 8259).
 *
 * <p>Anything else is an {@link IllegalArgumentException}. Does not recurse by itself, so depth is what the caller asks for.
 */
final class JsonScanner {
    private static final String ESCAPES = "\"\\/bfnrt";
    private static final String ESCAPED = "\"\\/\b\f\n\r\t";
    private static final int MAX_DIGITS = 18;

    private final String text;
    private int at;

    JsonScanner(String text) {
        this.text = text;
    }

    /** Reads an object; the consumer gets each name and must read its value. No name may occur twice. */
    void members(Consumer<String> readValue) {
        Set<String> names = new HashSet<>();
        expect('{');
        if (skipIf('}')) {
            return;
        }
        do {
            String name = string();
            if (!names.add(name)) {
                throw malformed("a name that occurs once");
            }
            expect(':');
            readValue.accept(name);
        } while (skipIf(','));
        expect('}');
    }

    /** Reads an array of integers from 0 to 10¹⁸ - 1. */
    void integers(LongConsumer each) {
        expect('[');
        if (skipIf(']')) {
            return;
        }
        do {
            each.accept(integer());
        } while (skipIf(','));
        expect(']');
    }

    String string() {
        expect('"');
        var value = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < ' ') {
                throw malformed("no control character in a string");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        return value.toString();
    }

    private char escaped() {
        char c = next();
        if (c == 'u') {
            int unit = 0;
            for (int i = 0; i < 4; i++) {
                char hex = next();
                int digit = hex < 128 ? Character.digit(hex, 16) : -1;
                if (digit < 0) {
                    throw malformed("four hex digits");
                }
                unit = 16 * unit + digit;
            }
            return (char) unit;
        }
        int index = ESCAPES.indexOf(c);
        if (index < 0) {
            throw malformed("an escape");
        }
        return ESCAPED.charAt(index);
    }

    private long integer() {
        skipSpace();
        int from = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean leadingZero = at - from > 1 && text.charAt(from) == '0';
        if (at == from || at - from > MAX_DIGITS || leadingZero) {
            throw malformed("an integer of at most 18 digits");
        }
        return Long.parseLong(text, from, at, 10);
    }

    /** Fails unless only white space is left. */
    void end() {
        skipSpace();
        if (at < text.length()) {
            throw malformed("the end");
        }
    }

    private boolean skipIf(char expected) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == expected;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char expected) {
        if (!skipIf(expected)) {
            throw malformed("'" + expected + "'");
        }
    }

    private char next() {
        if (at >= text.length()) {
            throw malformed("the rest of a string");
        }
        return text.charAt(at++);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException malformed(String expected) {
        return new IllegalArgumentException("expected %s at character %d of the header".formatted(expected, at));
    }
}
