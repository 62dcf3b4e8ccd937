package io.aidc.examples.picture;

import java.util.Locale;

/** One drawing: shapes are appended in painting order. <em>Confined: one thread at a time.</em> */
final class Svg {
    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;
    private final String title;

    Svg(int width, int height, String title) {
        this.width = width;
        this.height = height;
        this.title = title;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    Svg line(double x1, double y1, double x2, double y2, String style) {
        return add(String.format(
                Locale.ROOT, "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' class='%s'/>", x1, y1, x2, y2, style));
    }

    Svg rect(double x, double y, double rectWidth, double rectHeight, String style, String tip) {
        return add(String.format(
                Locale.ROOT,
                "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' rx='2' class='%s'><title>%s</title></rect>",
                x,
                y,
                Math.max(rectWidth, 0),
                Math.max(rectHeight, 0),
                style,
                escape(tip)));
    }

    Svg dot(double x, double y, String style, String tip) {
        return add(String.format(
                Locale.ROOT,
                "<circle cx='%.1f' cy='%.1f' r='5' class='%s'><title>%s</title></circle>",
                x,
                y,
                style,
                escape(tip)));
    }

    Svg text(double x, double y, String anchor, String style, String text) {
        return add(String.format(
                Locale.ROOT,
                "<text x='%.1f' y='%.1f' text-anchor='%s' class='%s'>%s</text>",
                x,
                y,
                anchor,
                style,
                escape(text)));
    }

    Svg path(String points, String style) {
        return add(String.format(Locale.ROOT, "<polyline points='%s' class='%s'/>", points, style));
    }

    private Svg add(String element) {
        body.append(element).append('\n');
        return this;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "<svg viewBox='0 0 %d %d' role='img' aria-label=\"%s\">%n%s</svg>%n",
                width,
                height,
                escape(title),
                body);
    }
}
