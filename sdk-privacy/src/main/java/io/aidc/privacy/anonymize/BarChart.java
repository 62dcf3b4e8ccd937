package io.aidc.privacy.anonymize;

import java.util.List;
import java.util.Locale;

/** Pairs of horizontal bars, before above after, as SVG. */
final class BarChart {
    private static final int WIDTH = 900;
    private static final int LABELS = 230;
    private static final int NUMBERS = 80;
    private static final int BAR = 14;
    private static final int PAIR = 42;
    private static final double SHORTEST = 1.5;

    /** A label and two shares in [0, 1]. */
    record Pair(String label, double before, double after) {}

    private BarChart() {}

    /** Draws; the title is what a screen reader says. */
    static String svg(String title, List<Pair> pairs) {
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
                WIDTH,
                pairs.size() * PAIR + 4,
                Html.escaped(title)));
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            int top = i * PAIR + 4;
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>%n",
                    LABELS - 10,
                    top + BAR + 5,
                    Html.escaped(shortened(pair.label))));
            svg.append(bar("before", top, pair.before)).append(bar("after", top + BAR + 2, pair.after));
        }
        return svg.append("</svg>\n").toString();
    }

    private static String bar(String kind, int top, double share) {
        double width = share == 0 ? 0 : Math.max(SHORTEST, share * (WIDTH - LABELS - NUMBERS));
        return String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>"
                        + "<text x=\"%.1f\" y=\"%d\">%s</text>%n",
                kind,
                LABELS,
                top,
                width,
                BAR,
                LABELS + width + 6,
                top + BAR - 2,
                Html.escaped(Html.percent(share)));
    }

    private static String shortened(String label) {
        return label.codePointCount(0, label.length()) <= 30
                ? label
                : label.substring(0, label.offsetByCodePoints(0, 29)) + "…";
    }
}
