package io.aidc.examples.picture;

import java.util.List;

/** Horizontal bars with their values written beside them. */
public final class BarChart {
    private static final int WIDTH = 640;
    private static final int ROW = 40;
    private static final int LEFT = 190;

    /**
     * One bar.
     *
     * @param name text at the left
     * @param value length, &ge; 0
     * @param label value as it is to be read
     */
    public record Bar(String name, double value, String label) {}

    private BarChart() {}

    /**
     * Draws the bars from top to bottom.
     *
     * @param title read out by screen readers
     * @param full value of a bar that fills the width, &gt; 0
     * @param bars the bars in painting order
     * @return an {@code svg} element
     */
    public static String of(String title, double full, List<Bar> bars) {
        Svg svg = new Svg(WIDTH, ROW * bars.size() + 10, title);
        Axis x = new Axis(0, full, LEFT, WIDTH - 90);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double y = 8 + (double) ROW * i;
            svg.text(LEFT - 10, y + 18, "end", "legend", bar.name());
            svg.rect(LEFT, y, WIDTH - 90 - LEFT, 26, "track", bar.name());
            svg.rect(LEFT, y, x.at(bar.value()) - LEFT, 26, "c" + i % 4, bar.label());
            svg.text(WIDTH - 82, y + 18, "start", "value", bar.label());
        }
        return svg.toString();
    }
}
