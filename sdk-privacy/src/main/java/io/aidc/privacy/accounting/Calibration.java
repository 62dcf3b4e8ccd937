package io.aidc.privacy.accounting;

import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.DoublePredicate;

/**
 * Finds the least noise that keeps a plan within (ε, δ).
 *
 * <p>The search runs the very accountant that will later charge the plan, and returns a multiplier for which it has
 * answered ε or less. Immutable, no state.
 */
public final class Calibration {
    private static final double LARGEST = 1e9;
    private static final double LARGEST_ORDER = 1 << 20;
    private static final double RELATIVE_PRECISION = 1e-9;

    private Calibration() {}

    /**
     * Finds the smallest noise multiplier of a plan, by Rényi accounting and {@link RdpConversion#IMPROVED_CKS_2020}.
     *
     * {@snippet class="io.aidc.privacy.SnippetsTest" region="calibration"}
     *
     * <p>Cost: about 50 times {@link RdpAccountant#epsilon(double)}.
     *
     * @param epsilon the target ε, &gt; 0
     * @param delta the target δ, in (0, 1)
     * @param plan everything that will be done, given a noise multiplier; more noise must never cost more
     * @return the multiplier, at most 1e-9 (relative) above the smallest one, and never below it
     * @throws IllegalArgumentException if a number is outside its range, or if no multiplier up to 1e9 is enough, as
     *     when other parts of the plan already cost more than ε
     */
    public static double noiseMultiplier(double epsilon, double delta, DoubleFunction<? extends PrivacyEvent> plan) {
        Check.positive(epsilon, "epsilon");
        Check.delta(delta);
        Objects.requireNonNull(plan, "plan");
        return smallest(
                z -> RdpAccountant.of(plan.apply(z)).epsilon(delta).epsilon() <= epsilon,
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
        double high = 1;
        while (!accepts.test(high)) {
            if (high >= LARGEST) {
                throw new IllegalArgumentException("no noise multiplier up to 1e9 reaches " + target);
            }
            high *= 2;
        }
        double low = high / 2;
        while (high > 1e-6 && accepts.test(low)) {
            high = low;
            low /= 2;
        }
        while (high - low > RELATIVE_PRECISION * high) {
            double middle = low + (high - low) / 2;
            if (accepts.test(middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return high;
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
