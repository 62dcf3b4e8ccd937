package io.aidc.examples.picture;

import java.util.Arrays;
import java.util.Locale;

/** Frequencies of positive values over logarithmic bins, with the median and the 99th percentile marked. */
public final class Histogram {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 280;
    private static final int LEFT = 56;
    private static final int BOTTOM = HEIGHT - 40;
    private static final int BINS = 48;

    private Histogram() {}

    /**
     * Draws the distribution of the values.
     *
     * @param title read out by screen readers
     * @param unit label of the horizontal axis
     * @param sorted values in ascending order, at least one, all &gt; 0
     * @return an {@code svg} element
     */
    public static String of(String title, String unit, double[] sorted) {
        Axis x = new Axis(Math.log10(sorted[0]), Math.log10(sorted[sorted.length - 1]) + 1e-9, LEFT, WIDTH - 16);
        int[] counts = new int[BINS];
        for (double value : sorted) {
            int bin = (int) ((Math.log10(value) - x.low()) / (x.high() - x.low()) * BINS);
            counts[Math.min(Math.max(bin, 0), BINS - 1)]++;
        }
        Axis y = new Axis(0, Arrays.stream(counts).max().orElse(1) * 1.05, BOTTOM, 30);
        Svg svg = new Svg(WIDTH, HEIGHT, title);
        for (double tick : y.ticks(4)) {
            svg.line(LEFT, y.at(tick), WIDTH - 16, y.at(tick), "grid");
            svg.text(LEFT - 8, y.at(tick) + 4, "end", "tick", Axis.label(tick));
        }
        double binWidth = (WIDTH - 16.0 - LEFT) / BINS;
        for (int i = 0; i < BINS; i++) {
            svg.rect(
                    LEFT + i * binWidth, y.at(counts[i]), binWidth - 1, BOTTOM - y.at(counts[i]), "c0", "" + counts[i]);
        }
        for (int power = (int) Math.ceil(x.low()); power <= x.high(); power++) {
            svg.text(x.at(power), BOTTOM + 18, "middle", "tick", Axis.label(Math.pow(10, power)));
        }
        svg.text((LEFT + WIDTH) / 2.0, HEIGHT - 6, "middle", "tick", unit);
        mark(svg, x, "p50", sorted[sorted.length / 2], 14);
        mark(svg, x, "p99", sorted[(int) (sorted.length * 0.99)], 26);
        return svg.toString();
    }

    private static void mark(Svg svg, Axis x, String name, double value, double textY) {
        double at = x.at(Math.log10(value));
        svg.line(at, textY + 2, at, BOTTOM, "mark");
        svg.text(at + 4, textY, "start", "legend", String.format(Locale.ROOT, "%s %.0f", name, value));
    }
}
