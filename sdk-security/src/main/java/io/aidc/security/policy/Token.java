package io.aidc.security.policy;

import io.aidc.security.internal.Printable;

/**
 * A word of a policy or schema.
 *
 * @param kind what it is
 * @param text as written; without quotes, but with escapes, if it is a string
 * @param at where it begins, in the source
 */
record Token(Kind kind, String text, int at) {
    enum Kind {
        IDENTIFIER,
        NUMBER,
        STRING,
        /** A question mark and a name, as in templates. */
        SLOT,
        SIGN,
        END
    }

    boolean is(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isWord(String word) {
        return kind == Kind.IDENTIFIER && text.equals(word);
    }

    /** What a message calls it. */
    String shown() {
        return switch (kind) {
            case END -> "the end of the text";
            case STRING -> "the string \"%s\"".formatted(Printable.of(text));
            default -> Printable.of(text);
        };
    }
}
