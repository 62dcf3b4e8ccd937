package io.aidc.privacy.query;

import java.util.List;

/** The answer to a query for several numbers in one release. Immutable. */
public sealed interface VectorRelease {

    /**
     * The numbers, with noise.
     *
     * @param estimates the noised answers, each in the unit of its column; copied
     * @param epsilonSpent the budget charged for all of them: by how much {@code PrivacyBudget.spent()} rose
     */
    record Granted(List<Estimate> estimates, double epsilonSpent) implements VectorRelease {
        /** Copies the list. */
        public Granted {
            estimates = List.copyOf(estimates);
        }

        /**
         * Returns the numbers.
         *
         * @return the noised answers, a new array
         */
        public double[] values() {
            return estimates.stream().mapToDouble(Estimate::value).toArray();
        }
    }

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed
     * @param epsilonLeft what was left; unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements VectorRelease {}
}
