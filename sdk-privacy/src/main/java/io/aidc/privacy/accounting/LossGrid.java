package io.aidc.privacy.accounting;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * A pair of distributions whose losses lie on the grid ε = j·step, by the probability of each loss under the first.
 *
 * <p>The larger grid joins the pair's hockey-stick curve, as a function of e^ε, by chords between grid points
 * (Doroshenko et al. 2022): a convex curve never above its chords, so the grid is never less distinguishable than the
 * pair. The smaller grid first lowers each point by as much as a chord can exceed the curve, which is the height of the
 * triangle under the chord that its two neighbours enclose, and then takes the lower convex hull: never more
 * distinguishable. Either stays so under composition.
 *
 * <p>Points below ε = 0 use the curve of the exchanged pair as a function of e^−ε, which is the same polygon seen
 * through a projection; so both tails keep their digits.
 *
 * @param lowest the index j of the first mass
 * @param masses the probability of each loss; not copied
 * @param infinite the probability of an infinite loss
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record LossGrid(double step, int lowest, double[] masses, double infinite) {
    static final double LARGEST = 1e5;

    double loss(int index) {
        return (lowest + index) * step;
    }

    double highest() {
        return loss(masses.length - 1);
    }

    /** The same from the first to the last mass that is not zero. */
    LossGrid trimmed() {
        int from = 0;
        int to = masses.length;
        while (from < to - 1 && masses[from] == 0) {
            from++;
        }
        while (to > from + 1 && masses[to - 1] == 0) {
            to--;
        }
        return new LossGrid(step, lowest + from, Arrays.copyOfRange(masses, from, to), infinite);
    }

    /** Curves are cut off where they fall below the tail. */
    static LossGrid larger(LossPair pair, double step, double tail) {
        var nodes = Nodes.of(pair, step, tail);
        double[] masses = nodes.masses();
        return new LossGrid(step, nodes.lowest, masses, nodes.values[nodes.values.length - 1]);
    }

    /** For a pair whose curves are only known to be below the given ones, which need not be convex. */
    static LossGrid largerHull(LossPair pair, double step, double tail) {
        var nodes = Nodes.of(pair, step, tail);
        return new LossGrid(step, nodes.lowest, nodes.hullMasses(), nodes.values[nodes.values.length - 1]);
    }

    static LossGrid smaller(LossPair pair, double step, double tail) {
        var nodes = Nodes.of(pair, step, tail);
        nodes.lower(nodes.masses());
        return new LossGrid(step, nodes.lowest, nodes.hullMasses(), 0);
    }

    /** Splits each atom between its two neighbours on the grid, keeping its probability under both distributions. */
    static LossGrid larger(LossAtoms atoms, double step) {
        int lowest = (int) Math.floor(atoms.least() / step) - 2;
        double[] masses = new double[(int) Math.ceil(atoms.most() / step) + 3 - lowest];
        for (int i = 0; i < atoms.losses().length; i++) {
            double place = atoms.losses()[i] / step;
            double near = Math.rint(place);
            // a loss that only rounding keeps off the grid is on it
            boolean onGrid = Math.abs(place - near) < 1e-9;
            int low = (int) (onGrid ? near : Math.floor(place));
            double up = onGrid ? 0 : Math.expm1((low - place) * step) / Math.expm1(-step);
            masses[low - lowest] += atoms.masses()[i] * (1 - up);
            masses[low + 1 - lowest] += atoms.masses()[i] * up;
        }
        return new LossGrid(step, lowest, masses, atoms.infinite());
    }

    static LossGrid smaller(LossAtoms atoms, double step) {
        LossGrid larger = larger(atoms, step);
        var nodes = Nodes.of(larger);
        nodes.lower(larger.masses);
        return new LossGrid(step, nodes.lowest, nodes.hullMasses(), atoms.infinite());
    }

    /** How many grid points a pair takes; infinite if it has losses above 100000. */
    static double points(LossPair pair, double step, double tail) {
        return (end(pair::above, step, tail) + end(pair::below, step, tail)) / step;
    }

    /** The least multiple of about a step at which a curve is within its tail, infinite above 100000. */
    private static double end(DoubleUnaryOperator curve, double step, double tail) {
        double high = step;
        while (curve.applyAsDouble(high) > tail) {
            high *= 2;
            if (high > LARGEST) {
                return Double.POSITIVE_INFINITY;
            }
        }
        double low = high / 2;
        while (high - low > step) {
            double middle = (low + high) / 2;
            if (curve.applyAsDouble(middle) > tail) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /** The curve at grid points: its own value from ε = 0 on, that of the exchanged pair below. */
    private static final class Nodes {
        private final double step;
        private final int lowest;
        private final double[] values;

        private Nodes(double step, int lowest, double[] values) {
            this.step = step;
            this.lowest = lowest;
            this.values = values;
        }

        static Nodes of(LossPair pair, double step, double tail) {
            int high = (int) Math.ceil(end(pair::above, step, tail) / step) + 1;
            int low = -(int) Math.ceil(end(pair::below, step, tail) / step) - 1;
            double[] values = new double[high - low + 1];
            for (int j = low; j <= high; j++) {
                values[j - low] = j < 0 ? pair.below(-j * step) : pair.above(j * step);
            }
            return new Nodes(step, low, values);
        }

        /** The curve of a grid itself, its infinite loss left out. */
        static Nodes of(LossGrid grid) {
            double decay = Math.exp(-grid.step);
            int zero = -grid.lowest;
            double[] values = new double[grid.masses.length];
            double sum = 0;
            double scaled = 0;
            for (int i = values.length - 1; i >= Math.max(0, zero); i--) {
                // Σ m and Σ e^{ε−ε_k}·m over the losses above
                values[i] = sum - scaled;
                sum += grid.masses[i];
                scaled = (scaled + grid.masses[i]) * decay;
            }
            sum = 0;
            scaled = 0;
            for (int i = 0; i < Math.min(zero, values.length); i++) {
                // under the other distribution, and times e^−ε
                values[i] = scaled - sum * Math.exp(-grid.loss(i));
                double other = grid.masses[i] * Math.exp(-grid.loss(i));
                sum += grid.masses[i];
                scaled += other;
            }
            return new Nodes(grid.step, grid.lowest, values);
        }

        /** H(ε) of the pair. */
        private double upper(int index) {
            double epsilon = (lowest + index) * step;
            return epsilon >= 0 ? values[index] : Math.exp(epsilon) * values[index] - Math.expm1(epsilon);
        }

        /** H(−ε) of the exchanged pair. */
        private double lower(int index) {
            double epsilon = (lowest + index) * step;
            return epsilon <= 0 ? values[index] : Math.exp(-epsilon) * values[index] - Math.expm1(-epsilon);
        }

        /** Second differences, neighbour by neighbour; {@link #mass} with its exponentials taken out of the loop. */
        double[] masses() {
            int last = values.length - 1;
            int zero = -lowest;
            double[] masses = new double[values.length];
            double up = Math.expm1(step);
            double down = -Math.expm1(-step);
            for (int i = 1; i < last; i++) {
                double mass = i > zero
                        ? (values[i - 1] - values[i]) / down - (values[i] - values[i + 1]) / up
                        : i < zero
                                ? ((values[i + 1] - values[i]) / down - (values[i] - values[i - 1]) / up)
                                        * Math.exp((lowest + i) * step)
                                : mass(i, i - 1, i + 1);
                masses[i] = Math.max(0, mass);
            }
            masses[0] = Math.max(0, mass(0, 0, 1));
            masses[last] = Math.max(0, mass(last, last - 1, last));
            return masses;
        }

        /** The probability of the loss at i when the polygon's next corners are before and after it. */
        private double mass(int i, int before, int after) {
            double epsilon = (lowest + i) * step;
            if (epsilon > 0) {
                // slopes in e^ε, times e^ε
                double left = before == i ? 0 : (upper(before) - upper(i)) / -Math.expm1((before - i) * step);
                double right = after == i ? 0 : (upper(i) - upper(after)) / Math.expm1((after - i) * step);
                return left - right;
            }
            // slopes in e^−ε
            double left = before == i ? 0 : (lower(i) - lower(before)) / Math.expm1((i - before) * step);
            double right = after == i ? 0 : (lower(after) - lower(i)) / -Math.expm1((i - after) * step);
            return (right - left) * Math.exp(epsilon);
        }

        /** Lowers the corners until every chord is below the curve. */
        void lower(double[] masses) {
            int last = values.length - 1;
            double[] lowered = new double[values.length];
            for (int i = 0; i <= last; i++) {
                double gap = Math.max(i == 0 ? 0 : gap(masses, i - 1), i == last ? 0 : gap(masses, i));
                double unit = Math.exp(Math.max(0, -(lowest + i) * step));
                boolean cutOff = (i == 0 || i == last) && values[i] > 0;
                lowered[i] = cutOff ? -1 : values[i] - gap * unit;
            }
            // a corner cannot go below 0; its neighbours do instead
            for (int i = 0; i <= last; i++) {
                double least = Math.min(lowered[Math.max(i - 1, 0)], lowered[Math.min(i + 1, last)]);
                values[i] = least < 0 ? 0 : Math.max(0, lowered[i]);
            }
        }

        /**
         * By how much the chord from i to i + 1 may exceed the curve of e^ε, over e^ε below zero. The slopes on either
         * side differ by a and b, which are masses; lines of these slopes meet ab/(a+b) times the width under the
         * chord.
         */
        private double gap(double[] masses, int i) {
            double both = masses[i] + masses[i + 1];
            return both == 0 ? 0 : masses[i] / both * masses[i + 1] * Math.expm1(step) * Math.exp(step);
        }

        double[] hullMasses() {
            int[] hull = new int[values.length];
            int size = 0;
            for (int i = 0; i < values.length; i++) {
                while (size >= 2 && mass(hull[size - 1], hull[size - 2], i) <= 0) {
                    size--;
                }
                hull[size++] = i;
            }
            double[] masses = new double[values.length];
            for (int k = 0; k < size; k++) {
                masses[hull[k]] = Math.max(0, mass(hull[k], hull[Math.max(k - 1, 0)], hull[Math.min(k + 1, size - 1)]));
            }
            return masses;
        }
    }
}
