package io.aidc.training.search;

import java.util.Locale;

/** A picture in SVG, drawn in a frame of {@link #WIDTH} times {@link #HEIGHT} with a margin for scales. */
final class Svg {
    static final int WIDTH = 720;
    static final int HEIGHT = 300;
    static final int LEFT = 80;
    static final int RIGHT = 20;
    static final int TOP = 14;
    static final int BOTTOM = 44;
    private static final int TICKS = 4;

    private final StringBuilder text = new StringBuilder();

    Svg(String label) {
        text.append(
                "<svg role=\"img\" viewBox=\"0 0 %d %d\"><title>%s</title>\n".formatted(WIDTH, HEIGHT, escape(label)));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** From a part of the width, 0 to 1, to a place. */
    static double x(double part) {
        return LEFT + part * (WIDTH - LEFT - RIGHT);
    }

    /** From a part of the height, 0 below to 1 above, to a place. */
    static double y(double part) {
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM);
    }

    /** The colour of a rank, from 0, the best, to 1. */
    static String colour(double rank) {
        return String.format(Locale.ROOT, "rgb(%.0f,%.0f,%.0f)", 30 + 190 * rank, 90 + 115 * rank, 190 + 25 * rank);
    }

    Svg line(double x1, double y1, double x2, double y2, String kind) {
        text.append(String.format(
                Locale.ROOT,
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
                kind,
                x1,
                y1,
                x2,
                y2));
        return this;
    }

    Svg dot(double x, double y, String colour, String tip) {
        text.append(String.format(
                Locale.ROOT,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"><title>%s</title></circle>\n",
                x,
                y,
                colour,
                escape(tip)));
        return this;
    }

    Svg bar(double x, double y, double width, double height) {
        text.append(String.format(
                Locale.ROOT,
                "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n",
                x,
                y,
                width,
                height));
        return this;
    }

    Svg label(double x, double y, String anchor, String words) {
        text.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n",
                x,
                y,
                anchor,
                escape(words)));
        return this;
    }

    /** A line through points, given as x and y in turn; one that is not finite leaves a gap. */
    Svg path(double[] points, String colour, double opacity, String tip) {
        var path = new StringBuilder();
        boolean down = false;
        for (int i = 0; i < points.length; i += 2) {
            if (Double.isFinite(points[i + 1])) {
                path.append(String.format(Locale.ROOT, "%s%.1f %.1f", down ? "L" : "M", points[i], points[i + 1]));
            }
            down = Double.isFinite(points[i + 1]);
        }
        text.append(String.format(
                Locale.ROOT,
                "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-opacity=\"%.2f\"><title>%s</title></path>\n",
                path,
                colour,
                opacity,
                escape(tip)));
        return this;
    }

    /** The scale on the left. */
    Svg scale(Scale values) {
        for (int i = 0; i <= TICKS; i++) {
            double part = (double) i / TICKS;
            line(x(0), y(part), x(1), y(part), "grid");
            label(x(0) - 8, y(part) + 4, "end", SearchText.number(values.at(part)));
        }
        return this;
    }

    /** The words below: both ends and what is shown. */
    Svg below(String first, String title, String last) {
        label(x(0), y(0) + 18, "start", first);
        label(x(0.5), y(0) + 34, "middle", title);
        return label(x(1), y(0) + 18, "end", last);
    }

    @Override
    public String toString() {
        return text + "</svg>\n";
    }

    /** A range of values on a line. */
    record Scale(double low, double high) {
        /** The range of some values, never empty. */
        static Scale of(double[] values) {
            double low = Double.POSITIVE_INFINITY;
            double high = Double.NEGATIVE_INFINITY;
            for (double value : values) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            if (!(low <= high)) {
                return new Scale(0, 1);
            }
            double room = low < high ? 0 : Math.max(Math.abs(low) * 0.1, 1e-9);
            return new Scale(low - room, high + room);
        }

        double part(double value) {
            // Halved, so that no difference of finite numbers overflows.
            return (value / 2 - low / 2) / (high / 2 - low / 2);
        }

        double at(double part) {
            return low * (1 - part) + high * part;
        }
    }
}
