package io.aidc.training.search;

import java.util.SplittableRandom;

/**
 * The line on which a parameter is drawn and compared. Numbers on a log scale lie there by their logarithm; whole
 * numbers and steps own the stretch from half a step before to half a step after them; an option is its index.
 */
abstract class Axis {
    static Axis of(Domain domain) {
        if (domain instanceof Domain.Real real) {
            return new Continuous(real);
        } else if (domain instanceof Domain.Whole whole) {
            return new Lattice(whole.low(), whole.high(), 0, 1, whole.scale() == Domain.Scale.LOG);
        } else if (domain instanceof Domain.Stepped stepped) {
            return new Lattice(0, stepped.last(), stepped.low(), stepped.step(), false);
        } else if (domain instanceof Domain.Choice choice) {
            return new Options(choice.options().size());
        }
        throw new AssertionError(domain);
    }

    /** Whether the domain holds that value. */
    abstract boolean contains(double value);

    /** The least position. */
    abstract double lower();

    /** The greatest position. */
    abstract double upper();

    abstract double position(double value);

    /** The value at a position, or the nearest there is. */
    abstract double value(double position);

    /** Where the stretch of a value begins; the position itself if the axis is continuous. */
    double left(double value) {
        return position(value);
    }

    /** Where the stretch of a value ends. */
    double right(double value) {
        return position(value);
    }

    boolean isContinuous() {
        return false;
    }

    /** How many options there are; 0 if the axis has an order. */
    int options() {
        return 0;
    }

    /** Whether there is nothing to choose. */
    abstract boolean isSingle();

    double draw(SplittableRandom random) {
        return value(lower() + random.nextDouble() * (upper() - lower()));
    }

    /** The position of a value, from 0 to 1. */
    double unit(double value) {
        return isSingle() ? 0.5 : (position(value) - lower()) / (upper() - lower());
    }

    private static final class Continuous extends Axis {
        private final Domain.Real real;
        private final boolean log;
        private final double lower;
        private final double upper;

        Continuous(Domain.Real real) {
            this.real = real;
            this.log = real.scale() == Domain.Scale.LOG;
            this.lower = position(real.low());
            this.upper = position(real.high());
        }

        @Override
        boolean contains(double value) {
            return value >= real.low() && value <= real.high();
        }

        @Override
        double lower() {
            return lower;
        }

        @Override
        double upper() {
            return upper;
        }

        @Override
        double position(double value) {
            return log ? StrictMath.log(value) : value;
        }

        @Override
        double value(double position) {
            return Math.min(Math.max(log ? StrictMath.exp(position) : position, real.low()), real.high());
        }

        @Override
        boolean isContinuous() {
            return true;
        }

        @Override
        boolean isSingle() {
            return !(upper > lower);
        }
    }

    private static final class Lattice extends Axis {
        private final int first;
        private final int last;
        private final double origin;
        private final double step;
        private final boolean log;

        Lattice(int first, int last, double origin, double step, boolean log) {
            this.first = first;
            this.last = last;
            this.origin = origin;
            this.step = step;
            this.log = log;
        }

        private double index(double value) {
            return Math.rint((value - origin) / step);
        }

        private double scaled(double index) {
            return log ? StrictMath.log(index) : index;
        }

        @Override
        boolean contains(double value) {
            double index = index(value);
            return index >= first && index <= last && value == origin + index * step;
        }

        @Override
        double lower() {
            return scaled(first - 0.5);
        }

        @Override
        double upper() {
            return scaled(last + 0.5);
        }

        @Override
        double position(double value) {
            return scaled(index(value));
        }

        @Override
        double value(double position) {
            double index = Math.rint(log ? StrictMath.exp(position) : position);
            return origin + Math.min(Math.max(index, first), last) * step;
        }

        @Override
        double left(double value) {
            return scaled(index(value) - 0.5);
        }

        @Override
        double right(double value) {
            return scaled(index(value) + 0.5);
        }

        @Override
        boolean isSingle() {
            return first == last;
        }
    }

    private static final class Options extends Axis {
        private final int count;

        Options(int count) {
            this.count = count;
        }

        @Override
        boolean contains(double value) {
            return value >= 0 && value < count && value == Math.rint(value);
        }

        @Override
        double lower() {
            return -0.5;
        }

        @Override
        double upper() {
            return count - 0.5;
        }

        @Override
        double position(double value) {
            return value;
        }

        @Override
        double value(double position) {
            return Math.min(Math.max(Math.rint(position), 0), count - 1);
        }

        @Override
        int options() {
            return count;
        }

        @Override
        boolean isSingle() {
            return count == 1;
        }
    }
}
