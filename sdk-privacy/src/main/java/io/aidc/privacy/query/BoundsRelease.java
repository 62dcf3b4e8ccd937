package io.aidc.privacy.query;

import java.util.Arrays;

/** The answer to a search for bounds. Immutable. */
public sealed interface BoundsRelease {

    /**
     * Bounds for every column, fit to be passed to {@link MeansQuery#clampedTo}.
     *
     * @param lower the lower bounds, each below its upper bound; copied
     * @param upper the upper bounds; copied
     * @param epsilonSpent the budget charged for all of them: by how much {@code PrivacyBudget.spent()} rose
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
    record Granted(double[] lower, double[] upper, double epsilonSpent) implements BoundsRelease {
        /** Copies the bounds. */
        public Granted {
            lower = lower.clone();
            upper = upper.clone();
        }

        /**
         * Returns the lower bounds.
         *
         * @return a copy
         */
        @Override
        public double[] lower() {
            return lower.clone();
        }

        /**
         * Returns the upper bounds.
         *
         * @return a copy
         */
        @Override
        public double[] upper() {
            return upper.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Granted that
                    && Arrays.equals(lower, that.lower)
                    && Arrays.equals(upper, that.upper)
                    && Double.compare(epsilonSpent, that.epsilonSpent) == 0;
        }

        @Override
        public int hashCode() {
            return 31 * (31 * Arrays.hashCode(lower) + Arrays.hashCode(upper)) + Double.hashCode(epsilonSpent);
        }

        @Override
        public String toString() {
            return "Granted[lower=" + Arrays.toString(lower) + ", upper=" + Arrays.toString(upper) + ", epsilonSpent="
                    + epsilonSpent + "]";
        }
    }

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed
     * @param epsilonLeft what was left; unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements BoundsRelease {}
}
