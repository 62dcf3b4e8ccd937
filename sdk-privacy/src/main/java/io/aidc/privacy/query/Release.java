package io.aidc.privacy.query;

import java.util.Objects;
import java.util.Optional;

/** The answer to a query for one number. Immutable. */
public sealed interface Release {

    /**
     * The number, with noise.
     *
     * @param estimate the noised answer, in the unit of the input
     * @param epsilonSpent the budget charged for it: by how much {@code PrivacyBudget.spent()} rose
     * @param boundsFound what values were clamped to, if that was found privately; released, like the number
     */
    record Granted(Estimate estimate, double epsilonSpent, Optional<Interval> boundsFound) implements Release {
        /** Checks for null. */
        public Granted {
            Objects.requireNonNull(estimate, "estimate");
            Objects.requireNonNull(boundsFound, "boundsFound");
        }

        Granted(Estimate estimate, double epsilonSpent) {
            this(estimate, epsilonSpent, Optional.empty());
        }

        /**
         * Returns the number.
         *
         * @return the noised answer, in the unit of the input
         */
        public double value() {
            return estimate.value();
        }

        /**
         * Bounds the answer without noise, as {@link Estimate#interval} says.
         *
         * @param confidence the probability with which the interval holds, in (0, 1)
         * @return the interval
         * @throws IllegalArgumentException if the confidence is outside (0, 1)
         */
        public Interval interval(double confidence) {
            return estimate.interval(confidence);
        }
    }

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed
     * @param epsilonLeft what was left; unchanged by the refusal
     */
    record Refused(double epsilonAsked, double epsilonLeft) implements Release {}
}
