package io.aidc.security.policy;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and writes numbers with four digits after the point. */
final class Decimals {
    private static final int DIGITS = 4;
    private static final int MAX_WHOLE_DIGITS = 18;

    private Decimals() {}

    /** Null if the text is no decimal. */
    static Value.@Nullable Decimal parse(String text) {
        boolean negative = text.startsWith("-");
        int start = negative ? 1 : 0;
        int point = text.indexOf('.');
        int fraction = text.length() - point - 1;
        if (point <= start || fraction < 1 || fraction > DIGITS || !areDigits(text, start, point)) {
            return null;
        }
        if (!areDigits(text, point + 1, text.length())) {
            return null;
        }
        while (start < point - 1 && text.charAt(start) == '0') {
            start++;
        }
        if (point - start > MAX_WHOLE_DIGITS) {
            return null;
        }
        String scaled = text.substring(start, point) + text.substring(point + 1) + "0".repeat(DIGITS - fraction);
        try {
            return new Value.Decimal(Long.parseLong(negative ? "-" + scaled : scaled));
        } catch (NumberFormatException e) { // too large
            return null;
        }
    }

    static String text(long tenThousandths) {
        String digits = String.format(Locale.ROOT, "%05d", Math.abs(tenThousandths));
        if (tenThousandths == Long.MIN_VALUE) {
            digits = digits.substring(1); // the sign that abs could not take
        }
        int point = digits.length() - DIGITS;
        return (tenThousandths < 0 ? "-" : "") + digits.substring(0, point) + "." + digits.substring(point);
    }

    private static boolean areDigits(String text, int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
