package io.aidc.privacy.anonymize;

import java.util.Locale;

/** Text for a page. */
final class Html {
    private Html() {}

    /** Makes text harmless between tags and in quoted attributes. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(Character.isISOControl(point) ? ' ' : point);
            }
        });
        return out.toString();
    }

    /** A share in percent, never rounded to 0 % or 100 % unless it is. */
    static String percent(double share) {
        double percent = share * 100;
        if (percent > 0 && percent < 0.01) {
            return "< 0.01 %";
        }
        if (percent < 100 && percent > 99.99) {
            return "> 99.99 %";
        }
        String digits = percent == Math.rint(percent) ? "%.0f %%" : percent < 10 ? "%.2f %%" : "%.1f %%";
        String text = String.format(Locale.ROOT, digits, percent);
        return percent < 100 && text.startsWith("100") ? String.format(Locale.ROOT, "%.2f %%", percent) : text;
    }
}
