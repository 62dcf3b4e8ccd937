package io.aidc.privacy.testkit;

import java.util.Objects;

/**
 * By how much one privacy unit may move what goes into a mechanism, as the pipeline declares it. Immutable.
 *
 * @param norm how the movement of a vector is measured
 * @param bound the most it may move, &ge; 0 and finite; 0 for what does not depend on private data
 */
public record Sensitivity(Norm norm, double bound) {

    /** How the movement of a vector is measured. */
    public enum Norm {
        /** The sum of all coordinates' movements, for Laplace noise. */
        L1,
        /** The square root of the sum of their squares, for Gaussian noise. */
        L2,
        /** The largest of them. */
        L_INFINITY
    }

    /** Checks the bound. */
    public Sensitivity {
        Objects.requireNonNull(norm, "norm");
        Checks.notNegative(bound, "sensitivity");
    }

    /**
     * Declares a bound on the sum of the movements.
     *
     * @param bound &ge; 0 and finite
     * @return the declaration
     * @throws IllegalArgumentException if the bound is outside its range
     */
    public static Sensitivity l1(double bound) {
        return new Sensitivity(Norm.L1, bound);
    }

    /**
     * Declares a bound on the Euclidean length of the movement.
     *
     * @param bound &ge; 0 and finite
     * @return the declaration
     * @throws IllegalArgumentException if the bound is outside its range
     */
    public static Sensitivity l2(double bound) {
        return new Sensitivity(Norm.L2, bound);
    }

    /**
     * Declares a bound on the largest movement.
     *
     * @param bound &ge; 0 and finite
     * @return the declaration
     * @throws IllegalArgumentException if the bound is outside its range
     */
    public static Sensitivity lInfinity(double bound) {
        return new Sensitivity(Norm.L_INFINITY, bound);
    }

    /** The distance of two vectors of equal length; NaN if a coordinate is. */
    double distance(double[] one, double[] other) {
        double sum = 0;
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            double moved = Math.abs(one[i] - other[i]);
            sum += norm == Norm.L2 ? moved * moved : moved;
            largest = Math.max(largest, moved);
        }
        return switch (norm) {
            case L1 -> sum;
            case L2 -> Math.sqrt(sum);
            case L_INFINITY -> largest;
        };
    }
}
