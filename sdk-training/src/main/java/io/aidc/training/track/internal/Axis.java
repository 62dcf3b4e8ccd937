package io.aidc.training.track.internal;

import java.util.ArrayList;
import java.util.List;

/** A range of numbers laid on a range of pixels, with round numbers as marks. */
record Axis(double low, double high, double from, double to) {
    private static final int MARKS = 5;

    /** Covers the numbers given that are finite. A range without extent is widened. */
    static Axis over(Iterable<double[]> values, double from, double to) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double[] some : values) {
            for (double value : some) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        if (low > high) {
            return new Axis(0, 1, from, to);
        }
        double margin = high > low ? 0 : low == 0 ? 1 : Math.abs(low) / 10;
        return new Axis(low - margin, high + margin, from, to);
    }

    double at(double value) {
        return from + (value / (high - low) - low / (high - low)) * (to - from);
    }

    List<Double> marks() {
        double step = Math.pow(10, Math.floor(Math.log10((high - low) / MARKS)));
        for (double factor : new double[] {2, 2.5, 2}) { // 1, 2, 5, 10 times a power of ten
            if ((high - low) / step > MARKS) {
                step *= factor;
            }
        }
        List<Double> marks = new ArrayList<>();
        long first = (long) Math.ceil(low / step);
        for (long i = first; i <= first + 2 * MARKS && i * step <= high + step * 1e-9; i++) {
            marks.add(i * step);
        }
        return marks;
    }
}
