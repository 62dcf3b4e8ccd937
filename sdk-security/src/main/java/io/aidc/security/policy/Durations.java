package io.aidc.security.policy;

import org.jspecify.annotations.Nullable;

/** Reads lengths of time such as {@code 1d2h3m4s5ms}. */
final class Durations {
    private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
    private static final long[] MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    private Durations() {}

    /** Null if the text is no duration, or one too long. */
    static Value.@Nullable Duration parse(String text) {
        boolean negative = text.startsWith("-");
        int position = negative ? 1 : 0;
        if (position == text.length()) {
            return null;
        }
        long total = 0; // below 0, where there is room for one more
        int nextUnit = 0;
        try {
            while (position < text.length()) {
                int end = position;
                while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
                    end++;
                }
                int unit = unit(text, end);
                if (end == position || unit < nextUnit) {
                    return null;
                }
                long part = Long.parseLong("-" + text.substring(position, end));
                total = Math.addExact(total, Math.multiplyExact(part, MILLIS[unit]));
                nextUnit = unit + 1;
                position = end + UNITS[unit].length();
            }
            return new Value.Duration(negative ? total : Math.negateExact(total));
        } catch (ArithmeticException | NumberFormatException e) { // too long
            return null;
        }
    }

    /** The index of the longest unit that stands at a place, -1 if none does. */
    private static int unit(String text, int at) {
        for (int unit = UNITS.length - 1; unit >= 0; unit--) {
            if (text.startsWith(UNITS[unit], at)) {
                return unit;
            }
        }
        return -1;
    }
}
