package io.aidc.security.policy;

import java.util.List;

/**
 * The right side of {@code like}.
 *
 * @param parts what stands between the stars, in order; one part if there is no star
 */
record Pattern(List<String> parts) {
    Pattern {
        parts = List.copyOf(parts);
    }

    /** Takes the first place for each part, which finds a match if there is one. */
    boolean matches(String text) {
        String first = parts.get(0);
        if (parts.size() == 1) {
            return text.equals(first);
        }
        String last = parts.get(parts.size() - 1);
        int end = text.length() - last.length();
        if (end < first.length() || !text.startsWith(first) || !text.endsWith(last)) {
            return false;
        }
        int from = first.length();
        for (String part : parts.subList(1, parts.size() - 1)) {
            int found = text.indexOf(part, from);
            if (found < 0 || found + part.length() > end) {
                return false;
            }
            from = found + part.length();
        }
        return true;
    }
}
