package io.aidc.security.internal;

/** Makes text from outside fit for a message: 200 characters at most, with nothing in it that moves lines or hides. */
public final class Printable {
    private static final int MAX_CHARACTERS = 200;

    private Printable() {}

    /**
     * Escapes a text.
     *
     * @param text whatever somebody chose
     * @return the text, with control, format and separator characters as a backslash, u and hex digits; where it was
     *     longer, cut and ended by three dots
     */
    public static String of(String text) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        int room = MAX_CHARACTERS;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            String shown = isHidden(c) ? "\\u%04x".formatted(c) : Character.toString(c);
            room -= shown.codePointCount(0, shown.length());
            if (room < 0) {
                break;
            }
            out.append(shown);
            at += Character.charCount(c);
        }
        return out.append(at < text.length() ? "..." : "").toString();
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
