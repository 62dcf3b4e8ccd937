package io.aidc.examples.picture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Curves over a common horizontal axis, such as the loss of two training runs. */
public final class LineChart {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 300;
    private static final int LEFT = 56;
    private static final int BOTTOM = HEIGHT - 44;
    private static final int TOP = 34;

    /**
     * One curve; point {@code i} lies at {@code i / (values.length - 1)} of the horizontal axis.
     *
     * @param name text of the legend
     * @param values heights, at least one, finite
     */
    @SuppressWarnings("ArrayRecordComponent") // numbers on their way, never compared
    public record Curve(String name, double[] values) {}

    private LineChart() {}

    /**
     * Draws the curves with a legend and round tick marks.
     *
     * @param title read out by screen readers
     * @param horizontal label of the horizontal axis, which runs from 0 to {@code last}
     * @param last value at the right end
     * @param curves one to four curves; the vertical axis starts at 0 and covers them all
     * @return an {@code svg} element
     */
    public static String of(String title, String horizontal, double last, List<Curve> curves) {
        double top = curves.stream()
                .mapToDouble(curve -> Arrays.stream(curve.values()).max().orElse(0))
                .max()
                .orElse(1);
        Axis x = new Axis(0, last, LEFT, WIDTH - 16);
        Axis y = new Axis(0, top * 1.05, BOTTOM, TOP);
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        for (double tick : y.ticks(5)) {
            svg.line(LEFT, y.at(tick), WIDTH - 16, y.at(tick), "grid");
            svg.text(LEFT - 8, y.at(tick) + 4, "end", "tick", Axis.label(tick));
        }
        for (double tick : x.ticks(6)) {
            svg.text(x.at(tick), BOTTOM + 18, "middle", "tick", Axis.label(tick));
        }
        svg.text((LEFT + WIDTH) / 2.0, HEIGHT - 8, "middle", "tick", horizontal);
        for (int i = 0; i < curves.size(); i++) {
            svg.path(points(curves.get(i).values(), x, y, last), "curve c" + i);
            svg.rect(LEFT + 190.0 * i, 10, 14, 10, "c" + i, curves.get(i).name());
            svg.text(LEFT + 190.0 * i + 20, 19, "start", "legend", curves.get(i).name());
        }
        return svg.toString();
    }

    private static String points(double[] values, Axis x, Axis y, double last) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            double at = values.length == 1 ? 0 : last * i / (values.length - 1);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.at(at), y.at(values[i])));
        }
        return points.toString();
    }
}
