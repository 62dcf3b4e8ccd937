package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import java.util.ArrayList;
import java.util.List;

/** Reads and writes the escapes of Cedar's strings. */
final class Escapes {
    private static final int MAX_HEX_DIGITS = 6;

    private final Source source;
    private final Token token;
    private final String text;
    private int position;

    private Escapes(Source source, Token token) {
        this.source = source;
        this.token = token;
        this.text = token.text();
    }

    /** What a string stands for. */
    static String read(Source source, Token string) {
        if (string.text().indexOf('\\') < 0 && string.text().indexOf('\r') < 0) {
            return string.text();
        }
        Escapes escapes = new Escapes(source, string);
        StringBuilder out = new StringBuilder();
        while (escapes.position < escapes.text.length()) {
            out.appendCodePoint(escapes.next());
        }
        return out.toString();
    }

    /** What a string stands for to the right of {@code like}: a star matches anything, {@code \*} is a star. */
    static Pattern readPattern(Source source, Token string) {
        Escapes escapes = new Escapes(source, string);
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        while (escapes.position < escapes.text.length()) {
            if (escapes.text.startsWith("\\*", escapes.position)) {
                escapes.position += 2;
                part.append('*');
            } else if (escapes.text.charAt(escapes.position) == '*') {
                escapes.position++;
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.appendCodePoint(escapes.next());
            }
        }
        parts.add(part.toString());
        return new Pattern(parts);
    }

    /** A string literal. */
    static String quote(String value) {
        StringBuilder out = new StringBuilder("\"");
        value.codePoints().forEach(c -> {
            switch (c) {
                case '"', '\\' -> out.append('\\').appendCodePoint(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 0 -> out.append("\\0");
                default -> {
                    if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                        out.append("\\u{").append(Integer.toHexString(c)).append('}');
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
        return out.append('"').toString();
    }

    private int next() {
        int c = text.codePointAt(position);
        if (c == '\r') {
            throw fault("a carriage return in a string must be written \\r");
        }
        if (c != '\\') {
            position += Character.charCount(c);
            return c;
        }
        char kind = text.charAt(position + 1); // the lexer saw to it that one follows
        position += 2;
        return switch (kind) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case '0' -> 0;
            case '\\', '\'', '"' -> kind;
            case 'x' -> hex();
            case 'u' -> unicode();
            default -> {
                position -= 2;
                throw fault(
                        "unknown escape in a string, expected \\n, \\r, \\t, \\0, \\\\, \\', \\\", \\xNN or \\u{N}");
            }
        };
    }

    private int hex() {
        int value = position + 2 <= text.length() ? 16 * digit(position) + digit(position + 1) : -1;
        if (value < 0 || value > 0x7f) {
            throw fault("\\x must be followed by two hex digits up to 7f");
        }
        position += 2;
        return value;
    }

    private int unicode() {
        int end = text.indexOf('}', position);
        String digits = text.startsWith("{", position) && end > 0 ? text.substring(position + 1, end) : "";
        int value = digits.startsWith("_") ? -1 : value(digits.replace("_", ""));
        if (value < 0 || value > Character.MAX_CODE_POINT || (value >= 0xd800 && value < 0xe000)) {
            throw fault("\\u must be followed by a character's number, 1 to 6 hex digits in braces");
        }
        position = end + 1;
        return value;
    }

    private static int value(String digits) {
        if (digits.isEmpty() || digits.length() > MAX_HEX_DIGITS) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = 16 * value + digit;
        }
        return value;
    }

    /** So small where it is no digit that the sum is negative. */
    private int digit(int at) {
        int digit = text.charAt(at) < 128 ? Character.digit(text.charAt(at), 16) : -1;
        return digit < 0 ? -1000 : digit;
    }

    private PolicyException fault(String fault) {
        return source.fault(token.at() + 1 + Math.min(position, text.length()), fault);
    }
}
