package io.aidc.privacy.accounting;

import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;

/**
 * Finds the least noise that keeps a plan within (ε, δ).
 *
 * <p>The search runs the accountant that is named, and returns a multiplier for which it has answered ε or less. A
 * {@code PrivacyBudget} charges by its filter, which is a little dearer: {@code PrivacyBudget.noiseMultiplierFor} finds
 * the multiplier that fits it. Immutable, no state.
 */
public final class Calibration {
    private static final double LARGEST = 1e9;
    private static final double SMALLEST = 1e-6;
    private static final double LARGEST_ORDER = 1 << 20;
    private static final double RELATIVE_PRECISION = 1e-9;

    private Calibration() {}

    /** Who says what a plan costs. */
    public enum Accounting {
        /** The pessimistic end of {@link PldAccountant}: least noise, some tenths of a second for each trial. */
        PLD(1e-6) {
            @Override
            double epsilon(PrivacyEvent plan, double delta) {
                return PldAccountant.of(plan).pessimistic(delta);
            }
        },

        /** {@link RdpAccountant} by {@link RdpConversion#IMPROVED_CKS_2020}: some milliseconds for each trial. */
        RDP(1e-9) {
            @Override
            double epsilon(PrivacyEvent plan, double delta) {
                return RdpAccountant.of(plan).epsilon(delta).epsilon();
            }
        };

        private final double precision;

        Accounting(double precision) {
            this.precision = precision;
        }

        abstract double epsilon(PrivacyEvent plan, double delta);
    }

    /**
     * Finds the smallest noise of a plan, by {@link Accounting#PLD}.
     *
     * {@snippet class="io.aidc.privacy.SnippetsTest" region="calibration"}
     *
     * <p>Cost: about 15 times {@link PldAccountant#epsilon(double)}.
     *
     * @param epsilon the target ε, &gt; 0
     * @param delta the target δ, in (0, 1)
     * @param plan everything that will be done, given a noise multiplier, a scale or any other number; more of it must
     *     never cost more
     * @return the number, at most 1e-6 (relative) above the smallest one, for which the accountant answered ε or less
     * @throws IllegalArgumentException if a number is outside its range, or if no number up to 1e9 is enough, as when
     *     other parts of the plan already cost more than ε
     */
    public static double noiseMultiplier(double epsilon, double delta, DoubleFunction<? extends PrivacyEvent> plan) {
        return noiseMultiplier(epsilon, delta, plan, Accounting.PLD);
    }

    /**
     * Finds the smallest noise of a plan, by an accountant of choice.
     *
     * @param epsilon the target ε, &gt; 0
     * @param delta the target δ, in (0, 1)
     * @param plan everything that will be done, given a number of which more never costs more
     * @param accounting who says what it costs
     * @return the number, at most 1e-6 (relative; 1e-9 for {@link Accounting#RDP}) above the smallest one, for which
     *     the accountant answered ε or less
     * @throws IllegalArgumentException if a number is outside its range, or if no number up to 1e9 is enough
     */
    public static double noiseMultiplier(
            double epsilon, double delta, DoubleFunction<? extends PrivacyEvent> plan, Accounting accounting) {
        Check.positive(epsilon, "epsilon");
        Check.delta(delta);
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(accounting, "accounting");
        return smallest(
                z -> Math.log(accounting.epsilon(plan.apply(z), delta) / epsilon),
                accounting.precision,
                "epsilon " + epsilon + " at delta " + delta);
    }

    /**
     * Finds the smallest noise multiplier that passes a test, such as fitting into what a budget has left.
     *
     * @param accepts whether a multiplier is enough; true for everything above one that is
     * @param target what the test stands for, for the message
     * @return a multiplier that the test accepted, at most 1e-9 (relative) above one it refused
     * @throws IllegalArgumentException if 1e9 is not accepted
     */
    public static double smallest(DoublePredicate accepts, String target) {
        return smallest(z -> accepts.test(z) ? -1 : 1, RELATIVE_PRECISION, target);
    }

    /**
     * Finds where a falling function passes 0. False position in ln z, bisection at every second step, so that both
     * ends close in whatever the function looks like.
     */
    private static double smallest(DoubleUnaryOperator excess, double precision, String target) {
        double high = 1;
        double atHigh = excess.applyAsDouble(high);
        double low = Double.NaN;
        double atLow = Double.NaN;
        while (!(atHigh <= 0)) {
            if (high >= LARGEST) {
                throw new IllegalArgumentException("no noise multiplier up to 1e9 reaches " + target);
            }
            low = high;
            atLow = atHigh;
            high *= 2;
            atHigh = excess.applyAsDouble(high);
        }
        while (!(atLow > 0) && high > SMALLEST) {
            low = high / 2;
            atLow = excess.applyAsDouble(low);
            if (atLow <= 0) {
                high = low;
                atHigh = atLow;
            }
        }
        for (int step = 0; high - low > precision * high && high > SMALLEST; step++) {
            double middle = middle(low, atLow, high, atHigh, precision, step);
            double value = excess.applyAsDouble(middle);
            if (value <= 0) {
                high = middle;
                atHigh = value;
            } else {
                low = middle;
                atLow = value;
            }
        }
        return high;
    }

    private static double middle(double low, double atLow, double high, double atHigh, double precision, int step) {
        double half = low + (high - low) / 2;
        double share = atLow / (atLow - atHigh);
        if (step % 3 == 2 || !(share > 0 && share < 1)) {
            return half;
        }
        double guess = low * Math.pow(high / low, share);
        // a little to the side that the last one was not on
        double nudge = step % 3 == 0 ? precision / 3 : -precision / 3;
        guess *= 1 + nudge;
        return guess > low && guess < high ? guess : half;
    }

    /**
     * Finds the whole Rényi order at which a Gaussian meets (ε, δ) with the least noise.
     *
     * <p>Whole, because sampled noise on a lattice is proved to stay within the continuous bound there. A filter over
     * adaptively chosen queries needs one order, fixed beforehand; this is the natural one, and close to the best for
     * subsampled Gaussians too.
     *
     * @param epsilon ε, &gt; 0
     * @param delta δ, in (0, 1)
     * @return α &ge; 2, whole; above 64 to within 5 %
     * @throws IllegalArgumentException if a number is outside its range
     */
    public static double gaussianOrder(double epsilon, double delta) {
        Check.positive(epsilon, "epsilon");
        Check.delta(delta);
        double best = LARGEST_ORDER;
        double leastVariance = Double.POSITIVE_INFINITY;
        for (double order = 2; order < LARGEST_ORDER; order = next(order)) {
            double room = epsilon - RdpConversion.IMPROVED_CKS_2020.epsilon(order, 0, delta);
            if (room > 0 && order / room < leastVariance) {
                leastVariance = order / room;
                best = order;
            }
        }
        return best;
    }

    private static double next(double order) {
        return order < 64 ? order + 1 : Math.rint(order * 1.05);
    }
}
