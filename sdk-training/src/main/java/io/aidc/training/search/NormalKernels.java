package io.aidc.training.search;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Normal kernels cut off at the ends of an axis. An observation's bandwidth is the distance to the farther of its two
 * neighbours; the least and the greatest have but one. It is held between range / min(100, n + 2), n being the number
 * of observations, and the range. The prior stands in the middle, as wide as the range.
 */
final class NormalKernels implements Kernels {
    private static final double FINEST = 100;

    private final Axis axis;
    private final double[] means;
    private final double[] widths;
    /** Logarithms of what the kernels integrate to within the range. */
    private final double[] logMasses;

    NormalKernels(Axis axis, double[] values) {
        this.axis = axis;
        double range = axis.upper() - axis.lower();
        int count = values.length;
        means = Arrays.copyOf(values, count + 1);
        for (int i = 0; i < count; i++) {
            means[i] = axis.position(values[i]);
        }
        widths = new double[count + 1];
        double least = range / Math.min(FINEST, count + 2.0);
        int[] order = IntStream.range(0, count)
                .boxed()
                .sorted((a, b) -> Double.compare(means[a], means[b]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 0; i < count; i++) {
            widths[order[i]] = Math.min(Math.max(gap(order, i), least), range);
        }
        means[count] = axis.lower() + range / 2;
        widths[count] = range;
        logMasses = new double[count + 1];
        for (int i = 0; i <= count; i++) {
            double whole = axis.isContinuous() ? widths[i] * Math.sqrt(2 * Math.PI) : 1;
            logMasses[i] = Math.log(whole * Normal.mass(scaled(i, axis.lower()), scaled(i, axis.upper())));
        }
    }

    private double gap(int[] order, int i) {
        double mean = means[order[i]];
        if (order.length == 1) {
            return Math.max(mean - axis.lower(), axis.upper() - mean);
        }
        double before = i == 0 ? 0 : mean - means[order[i - 1]];
        double after = i == order.length - 1 ? 0 : means[order[i + 1]] - mean;
        return Math.max(before, after);
    }

    private double scaled(int kernel, double position) {
        return (position - means[kernel]) / widths[kernel];
    }

    /** Means lie inside the range and widths are no larger, so that at least a third of the draws is inside. */
    @Override
    public double draw(int kernel, SplittableRandom random) {
        while (true) {
            double position = means[kernel] + widths[kernel] * Draws.normal(random);
            if (position >= axis.lower() && position <= axis.upper()) {
                return axis.value(position);
            }
        }
    }

    @Override
    public double logDensity(int kernel, double value) {
        if (axis.isContinuous()) {
            double z = scaled(kernel, axis.position(value));
            return -z * z / 2 - logMasses[kernel];
        }
        double mass = Normal.mass(scaled(kernel, axis.left(value)), scaled(kernel, axis.right(value)));
        return Math.log(mass) - logMasses[kernel];
    }
}
