package io.aidc.security.policy;

import io.aidc.security.PolicyException;
import io.aidc.security.internal.Printable;
import io.aidc.security.policy.Token.Kind;

/** Cuts a policy or schema into words, with one word of look-ahead. <em>Confined: one thread.</em> */
final class Lexer {
    private static final String PAIRS = "== != <= >= || && ::";
    private static final String SINGLES = "@.,;:(){}[]<>+-*/%!=?";

    private final Source source;
    private final String text;
    private int position;
    private Token next;

    Lexer(Source source) {
        this.source = source;
        this.text = source.text();
        this.next = read();
    }

    Source source() {
        return source;
    }

    /** The word that {@link #take} would return. */
    Token peek() {
        return next;
    }

    Token take() {
        Token taken = next;
        next = read();
        return taken;
    }

    /** Takes a sign if it is next. */
    boolean skip(String sign) {
        if (next.is(sign)) {
            take();
            return true;
        }
        return false;
    }

    /** Takes a word if it is next. */
    boolean skipWord(String word) {
        if (next.isWord(word)) {
            take();
            return true;
        }
        return false;
    }

    Token expect(String sign) {
        if (!next.is(sign)) {
            throw expected(sign);
        }
        return take();
    }

    Token expectWord(String word) {
        if (!next.isWord(word)) {
            throw expected(word);
        }
        return take();
    }

    /** Takes an identifier, even a reserved one. */
    Token identifier(String what) {
        if (next.kind() != Kind.IDENTIFIER) {
            throw expected(what);
        }
        return take();
    }

    /** Takes a string; its text still has its escapes. */
    Token string(String what) {
        if (next.kind() != Kind.STRING) {
            throw expected(what);
        }
        return take();
    }

    PolicyException expected(String what) {
        return source.fault(next.at(), "found %s, expected %s".formatted(next.shown(), what));
    }

    private Token read() {
        skipSpace();
        if (position == text.length()) {
            return new Token(Kind.END, "", position);
        }
        int start = position;
        char c = text.charAt(position);
        if (startsName(c)) {
            return new Token(Kind.IDENTIFIER, name(start), start);
        }
        if (isDigit(c)) {
            while (position < text.length() && isDigit(text.charAt(position))) {
                position++;
            }
            return new Token(Kind.NUMBER, text.substring(start, position), start);
        }
        if (c == '"') {
            return quoted();
        }
        if (c == '?' && position + 1 < text.length() && startsName(text.charAt(position + 1))) {
            position++;
            return new Token(Kind.SLOT, "?" + name(position), start);
        }
        return sign(c);
    }

    private String name(int start) {
        while (position < text.length() && (startsName(text.charAt(position)) || isDigit(text.charAt(position)))) {
            position++;
        }
        return text.substring(start, position);
    }

    private Token quoted() {
        int start = position++;
        while (position < text.length() && text.charAt(position) != '"') {
            if (text.charAt(position) == '\\') {
                position++;
            }
            position++;
        }
        if (position >= text.length()) {
            position = text.length();
            throw source.fault(start, "found a string without an end, expected \"");
        }
        return new Token(Kind.STRING, text.substring(start + 1, position++), start);
    }

    private Token sign(char c) {
        int start = position;
        if (position + 1 < text.length()) {
            String pair = text.substring(position, position + 2);
            if (pair.indexOf(' ') < 0 && PAIRS.contains(pair)) {
                position += 2;
                return new Token(Kind.SIGN, pair, start);
            }
        }
        if (SINGLES.indexOf(c) < 0) {
            String found = Printable.of(Character.toString(text.codePointAt(start)));
            throw source.fault(start, "found the character %s, which begins no word".formatted(found));
        }
        position++;
        return new Token(Kind.SIGN, String.valueOf(c), start);
    }

    private void skipSpace() {
        while (position < text.length()) {
            if (isSpace(text.charAt(position))) {
                position++;
            } else if (text.startsWith("//", position)) {
                while (position < text.length() && "\n\r".indexOf(text.charAt(position)) < 0) {
                    position++;
                }
            } else {
                return;
            }
        }
    }

    /** The property White_Space of Unicode. */
    private static boolean isSpace(char c) {
        return (c >= '\t' && c <= '\r') || c == '\u0085' || Character.isSpaceChar(c);
    }

    private static boolean startsName(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
