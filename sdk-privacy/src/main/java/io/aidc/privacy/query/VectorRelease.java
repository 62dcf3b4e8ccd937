package io.aidc.privacy.query;

import java.util.Arrays;

/** The answer to a query for several numbers in one release. Immutable. */
public sealed interface VectorRelease {

    /**
     * The numbers, with noise.
     *
     * @param values the noised answers, each in the unit of its column; copied
     * @param epsilonSpent the budget charged for all of them: by how much {@code PrivacyBudget.spent()} rose
     */
    @SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
    record Granted(double[] values, double epsilonSpent) implements VectorRelease {
        /** Copies the values. */
        public Granted {
            values = values.clone();
        }

        /**
         * Returns the noised answers.
         *
         * @return a copy
         */
        @Override
        public double[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Granted that
                    && Arrays.equals(values, that.values)
                    && Double.compare(epsilonSpent, that.epsilonSpent) == 0;
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(values) + Double.hashCode(epsilonSpent);
        }

        @Override
        public String toString() {
            return "Granted[values=" + Arrays.toString(values) + ", epsilonSpent=" + epsilonSpent + "]";
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
