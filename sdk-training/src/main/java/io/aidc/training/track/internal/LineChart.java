package io.aidc.training.track.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Curves over a common axis, as SVG. Numbers that are not finite make a gap. */
public final class LineChart {
    private static final double WIDTH = 720;
    private static final double HEIGHT = 260;
    private static final double LEFT = 64;
    private static final double RIGHT = 12;
    private static final double TOP = 26;
    private static final double BOTTOM = 34;
    private static final int COLOURS = 6;
    private static final int MAX_POINTS = 1200;

    private static final class Curve {
        private final String name;
        private final double[] x;
        private final double[] y;
        private final int colour;
        private final boolean faint;

        Curve(String name, double[] x, double[] y, int colour, boolean faint) {
            this.name = name;
            this.x = x.clone();
            this.y = y.clone();
            this.colour = colour;
            this.faint = faint;
        }
    }

    private final String title;
    private final String axis;
    private final List<Curve> curves = new ArrayList<>();

    public LineChart(String title, String axis) {
        this.title = title;
        this.axis = axis;
    }

    /** Adds a curve in the next colour. */
    public LineChart curve(String name, double[] x, double[] y) {
        int colour = (int) curves.stream().filter(curve -> !curve.faint).count();
        curves.add(new Curve(name, x, y, colour % COLOURS, false));
        return this;
    }

    /** Adds a thin curve without a name, in the colour the next curve will have. */
    public LineChart faintCurve(double[] x, double[] y) {
        int colour = (int) curves.stream().filter(curve -> !curve.faint).count();
        curves.add(new Curve("", x, y, colour % COLOURS, true));
        return this;
    }

    public String svg() {
        Axis across = Axis.over(curves.stream().map(curve -> curve.x).toList(), LEFT, WIDTH - RIGHT);
        Axis up = Axis.over(curves.stream().map(curve -> curve.y).toList(), HEIGHT - BOTTOM, TOP);
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\"><title>%s</title>\n",
                WIDTH,
                HEIGHT,
                Page.escaped(title),
                Page.escaped(title)));
        grid(svg, across, up);
        for (Curve curve : curves) {
            String path = path(curve, across, up);
            if (!path.isEmpty()) {
                svg.append("<path class=\"curve")
                        .append(curve.faint ? " faint" : "")
                        .append("\" style=\"stroke: var(--c")
                        .append(curve.colour)
                        .append(")\" d=\"")
                        .append(path)
                        .append("\"/>\n");
            }
        }
        legend(svg);
        return svg.append("</svg>").toString();
    }

    private void grid(StringBuilder svg, Axis across, Axis up) {
        for (double mark : up.marks()) {
            double y = up.at(mark);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
                            + "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                    LEFT,
                    y,
                    WIDTH - RIGHT,
                    y,
                    LEFT - 6,
                    y + 4,
                    Page.number(mark, 4)));
        }
        for (double mark : across.marks()) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
                    across.at(mark),
                    HEIGHT - BOTTOM + 15,
                    Page.number(mark, 6)));
        }
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                WIDTH - RIGHT,
                HEIGHT - 4,
                Page.escaped(axis)));
    }

    private void legend(StringBuilder svg) {
        double x = LEFT;
        for (Curve curve : curves) {
            if (!curve.faint) {
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect class=\"mark\" style=\"fill: var(--c%d)\" x=\"%.1f\" y=\"6\" width=\"12\" height=\"8\"/>"
                                + "<text x=\"%.1f\" y=\"14\">%s</text>\n",
                        curve.colour,
                        x,
                        x + 16,
                        Page.escaped(curve.name)));
                x += 34 + 6.5 * curve.name.length();
            }
        }
    }

    /** Of many points those with the least and the greatest height of each short stretch, so that no spike is lost. */
    private static String path(Curve curve, Axis across, Axis up) {
        int points = Math.min(curve.x.length, curve.y.length);
        int stretch = Math.max((2 * points + MAX_POINTS - 1) / MAX_POINTS, 1);
        StringBuilder path = new StringBuilder();
        boolean gap = true;
        for (int start = 0; start < points; start += stretch) {
            int end = Math.min(start + stretch, points);
            int low = -1;
            int high = -1;
            for (int i = start; i < end; i++) {
                if (Double.isFinite(curve.x[i]) && Double.isFinite(curve.y[i])) {
                    low = low < 0 || curve.y[i] < curve.y[low] ? i : low;
                    high = high < 0 || curve.y[i] > curve.y[high] ? i : high;
                }
            }
            if (low < 0) {
                gap = true;
                continue;
            }
            for (int i : low == high ? new int[] {low} : new int[] {Math.min(low, high), Math.max(low, high)}) {
                path.append(String.format(
                        Locale.ROOT, "%s%.1f %.1f", gap ? "M" : "L", across.at(curve.x[i]), up.at(curve.y[i])));
                gap = false;
            }
        }
        return path.toString();
    }
}
