package io.aidc.training.track.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Named figures with the range each may be off by, one under the other, as SVG. */
public final class IntervalChart {
    private static final double WIDTH = 720;
    private static final double LEFT = 200;
    private static final double RIGHT = 24;
    private static final double LINE = 26;
    private static final int NAME = 32;

    private record Line(String name, double value, double low, double high) {}

    private final String title;
    private final List<Line> lines = new ArrayList<>();

    public IntervalChart(String title) {
        this.title = title;
    }

    /** Adds a line; ends that are not finite are not drawn. */
    public IntervalChart line(String name, double value, double low, double high) {
        lines.add(new Line(name, value, low, high));
        return this;
    }

    public String svg() {
        double height = LINE * (lines.size() + 1);
        Axis axis = Axis.over(
                lines.stream()
                        .map(line -> new double[] {line.value, line.low, line.high})
                        .toList(),
                LEFT,
                WIDTH - RIGHT);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\"><title>%s</title>\n",
                WIDTH,
                height,
                Page.escaped(title),
                Page.escaped(title)));
        for (double mark : axis.marks()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" y1=\"4\" x2=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
                    axis.at(mark),
                    axis.at(mark),
                    height - LINE + 4,
                    axis.at(mark),
                    height - 8,
                    Page.number(mark, 5)));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(svg, lines.get(i), axis, LINE * i + LINE / 2);
        }
        return svg.append("</svg>").toString();
    }

    private static void draw(StringBuilder svg, Line line, Axis axis, double y) {
        String name = line.name.length() > NAME ? line.name.substring(0, NAME - 1) + "…" : line.name;
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                LEFT - 10,
                y + 4,
                Page.escaped(name)));
        if (Double.isFinite(line.low) && Double.isFinite(line.high)) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<path class=\"curve\" style=\"stroke: var(--c0)\" d=\"M%.1f %.1fL%.1f %.1f\"/>\n",
                    axis.at(line.low),
                    y,
                    axis.at(line.high),
                    y));
        }
        if (Double.isFinite(line.value)) {
            svg.append(String.format(
                    Locale.ROOT, "<circle class=\"fill\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>\n", axis.at(line.value), y));
        }
    }
}
