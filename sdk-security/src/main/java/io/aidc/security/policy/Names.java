package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.Set;

/** Which words may be names. */
final class Names {
    /** Not names anywhere. */
    static final Set<String> RESERVED = Set.of("true", "false", "if", "then", "else", "in", "is", "like", "has");

    /** Cedar keeps this one to itself. */
    static final String INTERNAL = "__cedar";

    private Names() {}

    static void requireType(String type) {
        int start = 0;
        for (int end = type.indexOf("::"); end >= 0; end = type.indexOf("::", start)) {
            requireName(type, start, end);
            start = end + 2;
        }
        requireName(type, start, type.length());
    }

    /** Whether a text can stand where an identifier must, without quotes. */
    static boolean isIdentifier(String text) {
        return isName(text, 0, text.length()) && !RESERVED.contains(text);
    }

    private static void requireName(String type, int start, int end) {
        if (!isName(type, start, end) || isTaken(type.substring(start, end))) {
            throw new IllegalArgumentException(
                    "type must be identifiers joined by ::, none reserved, got " + Printable.of(type));
        }
    }

    private static boolean isTaken(String name) {
        return RESERVED.contains(name) || name.equals(INTERNAL);
    }

    private static boolean isName(String text, int start, int end) {
        if (start == end || (text.charAt(start) >= '0' && text.charAt(start) <= '9')) {
            return false;
        }
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')) {
                return false;
            }
        }
        return true;
    }
}
