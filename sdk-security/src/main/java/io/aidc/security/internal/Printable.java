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
        for (int count = 0; at < text.length() && count < MAX_CHARACTERS; count++) {
            int c = text.codePointAt(at);
            at += Character.charCount(c);
            if (isHidden(c)) {
                out.append("\\u%04x".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
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
