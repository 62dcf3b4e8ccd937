package io.aidc.privacy.accounting;

import io.aidc.privacy.accounting.Fft.Spectrum;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The sum of many independent losses, which is the loss of a composition.
 *
 * <p>Probabilities are first multiplied by e^{tL} and scaled back afterwards, which moves the bulk of the distribution
 * to the losses asked about: what the Fourier transform rounds away is then small against the answer, and not against
 * 1. The window is cut by Chernoff bounds; what lies above it counts as an infinite loss. Immutable.
 */
final class LossSum {
    /** A loss that is drawn again and again. */
    record Part(LossGrid grid, long times) {
        /** Takes off outer zeros, next to which moments of large tilts would underflow. */
        Part {
            grid = grid.trimmed();
        }
    }

    private static final double LOG_CUT = -Math.log(1e-17);
    private static final double ROUNDING = 1e-14 / 1e-7;

    private final List<Part> parts;
    private final double step;

    LossSum(List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.step = parts.get(0).grid().step();
    }

    /** The probability that one of the losses is infinite. */
    double infinite() {
        double logFinite = 0;
        for (Part part : parts) {
            logFinite += part.times() * Math.log1p(-part.grid().infinite());
        }
        return -Math.expm1(logFinite);
    }

    /** ln E[e^{tL}] over finite losses. */
    double logMoment(double tilt) {
        double sum = 0;
        for (Part part : parts) {
            sum += part.times() * logMoment(part.grid(), tilt);
        }
        return sum;
    }

    private static double logMoment(LossGrid grid, double tilt) {
        double ratio = Math.exp(-Math.abs(tilt) * grid.step());
        double[] masses = grid.masses();
        double sum = 0;
        if (tilt >= 0) {
            for (double mass : masses) {
                sum = sum * ratio + mass;
            }
            return tilt * grid.highest() + Math.log(sum);
        }
        for (int i = masses.length - 1; i >= 0; i--) {
            sum = sum * ratio + masses[i];
        }
        return tilt * grid.loss(0) + Math.log(sum);
    }

    /** The tilt at which Chernoff's bound on the ε at δ is least. */
    double tiltFor(double delta) {
        return leastAt(t -> (logMoment(t) - Math.log(delta)) / t);
    }

    /** The tilt at which Chernoff's bound on the probability of more than a loss is least. */
    double tiltAt(double epsilon) {
        return leastAt(t -> logMoment(t) - t * epsilon);
    }

    /**
     * The ε from which on what the transform rounds away is at most 1e-7 of δ. It rounds each tilted probability by
     * about 1e-14; the δ at ε is a sum of these times e^{−tL}·(1 − e^{ε−L}).
     */
    double trustedFrom(double tilt, double delta) {
        if (isSingle()) {
            return Double.NEGATIVE_INFINITY;
        }
        double noise = 1 / Math.expm1(tilt * step) - 1 / Math.expm1((tilt + 1) * step);
        return (logMoment(tilt) + Math.log(noise * ROUNDING / delta)) / tilt;
    }

    private boolean isSingle() {
        return parts.size() == 1 && parts.get(0).times() == 1;
    }

    /** Any tilt is valid, so a local minimum does. Beyond 1/step, one step of the grid outweighs all below it. */
    private double leastAt(DoubleUnaryOperator bound) {
        return Math.exp(Search.least(log -> bound.applyAsDouble(Math.exp(log)), Math.log(1e-6), -Math.log(step), 0.01));
    }

    /** Where nearly all of the tilted distribution lies. */
    Window window(double tilt) {
        double lowest = 0;
        double highest = 0;
        double variance = 0;
        for (Part part : parts) {
            LossGrid grid = part.grid();
            lowest += part.times() * grid.loss(0);
            highest += part.times() * grid.highest();
            variance += part.times() * variance(grid, tilt);
        }
        double base = logMoment(tilt);
        double guess = Math.sqrt(2 * LOG_CUT / Math.max(variance, step * step));
        for (double factor = 1.0 / 16; factor <= 16; factor *= Math.sqrt(2)) {
            double t = Math.min(guess * factor, 1 / step);
            highest = Math.min(highest, (logMoment(tilt + t) - base + LOG_CUT) / t);
            lowest = Math.max(lowest, -(logMoment(tilt - t) - base + LOG_CUT) / t);
        }
        return new Window((long) Math.floor(lowest / step), (long) Math.ceil(highest / step));
    }

    /** Of one tilted loss. */
    private static double variance(LossGrid grid, double tilt) {
        double base = logMoment(grid, tilt);
        double mean = 0;
        double square = 0;
        for (int i = 0; i < grid.masses().length; i++) {
            double loss = grid.loss(i);
            double mass = grid.masses()[i] * Math.exp(tilt * loss - base);
            mean += mass * loss;
            square += mass * loss * loss;
        }
        return Math.max(0, square - mean * mean);
    }

    /** @param low the lowest grid index */
    record Window(long low, long high) {
        long length() {
            long length = high - low + 1;
            return length > 0 ? length : Long.MAX_VALUE;
        }
    }

    /** Adds everything up. */
    LossTail sum(double tilt) {
        if (isSingle()) {
            LossGrid only = parts.get(0).grid();
            return new LossTail(step, only.lowest(), only.masses(), only.infinite(), 0);
        }
        Window window = window(tilt);
        int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(window.length()));
        var fft = new Fft(bits);
        @Nullable Spectrum product = null;
        double base = 0;
        for (Part part : parts) {
            double own = logMoment(part.grid(), tilt);
            base += part.times() * own;
            Spectrum spectrum = fft.forward(folded(part.grid(), tilt, own, fft.length()));
            spectrum.raise(part.times());
            if (product == null) {
                product = spectrum;
            } else {
                product.multiply(spectrum);
            }
        }
        double[] masses = untilted(fft.inverse(Objects.requireNonNull(product)), window.low(), tilt, base);
        double cut = Math.exp(base - tilt * window.high() * step - LOG_CUT);
        return new LossTail(step, window.low(), masses, infinite(), cut);
    }

    /** From the lowest index of the window on. The factor is multiplied up, and computed afresh every 256 points. */
    private double[] untilted(double[] folded, long lowest, double tilt, double base) {
        double[] masses = new double[folded.length];
        double ratio = Math.exp(-tilt * step);
        double factor = 0;
        int place = Math.floorMod(lowest, folded.length);
        for (int i = 0; i < masses.length; i++) {
            factor = i % 256 == 0 ? Math.exp(base - tilt * ((lowest + i) * step)) : factor * ratio;
            masses[i] = folded[place] * factor;
            place = place + 1 == folded.length ? 0 : place + 1;
        }
        return masses;
    }

    /** Tilted masses by their grid index modulo the length. */
    private static double[] folded(LossGrid grid, double tilt, double base, int length) {
        double[] folded = new double[length];
        double[] masses = grid.masses();
        for (int i = 0; i < masses.length; i++) {
            folded[Math.floorMod(grid.lowest() + i, length)] += masses[i] * Math.exp(tilt * grid.loss(i) - base);
        }
        return folded;
    }
}
