package io.aidc.privacy.testkit;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** Ranges that hold about equally many of some numbers, finer at both ends, with a range of its own for each mode. */
final class NumberRanges {
    private static final int RANGES = 128;

    // in the order of Double.compare; the first is −∞, the last NaN
    private final double[] ends;

    /** The numbers from one end to below the next. */
    record Range(double from, double to) {
        @Override
        public String toString() {
            return to > Math.nextUp(from) ? "[%s, %s)".formatted(from, to) : Double.toString(from);
        }
    }

    private NumberRanges(double[] ends) {
        this.ends = ends;
    }

    /** Sorts the pilot in place. */
    static NumberRanges around(double[] pilot) {
        Arrays.sort(pilot);
        Set<Double> ends = new TreeSet<>();
        for (int i = 1; i < RANGES; i++) {
            addEnd(ends, pilot, (int) ((long) pilot.length * i / RANGES));
        }
        for (int rank = 1; rank < pilot.length / RANGES; rank *= 2) {
            addEnd(ends, pilot, rank);
            addEnd(ends, pilot, pilot.length - 1 - rank);
        }
        ends.add(Double.NEGATIVE_INFINITY);
        ends.add(-Double.MAX_VALUE);
        ends.add(Double.POSITIVE_INFINITY);
        ends.add(Double.NaN);
        return new NumberRanges(ends.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private static void addEnd(Set<Double> ends, double[] sorted, int rank) {
        double end = sorted[rank];
        ends.add(end);
        if (rank > 0 && sorted[rank - 1] == end) {
            ends.add(Math.nextUp(end));
        }
    }

    Range of(double number) {
        int found = Arrays.binarySearch(ends, number);
        int i = found >= 0 ? found : -found - 2;
        return new Range(ends[i], i + 1 < ends.length ? ends[i + 1] : Double.NaN);
    }
}
