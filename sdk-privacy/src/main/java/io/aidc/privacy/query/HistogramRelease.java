package io.aidc.privacy.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answer to a query for counts by group. Immutable.
 *
 * @param <K> the type of the groups
 */
public sealed interface HistogramRelease<K> {

    /**
     * The counts, with noise; a count may be negative.
     *
     * @param estimates one entry for every public key, in the order the keys were given; copied
     * @param epsilonSpent the budget charged for all of them: by how much {@code PrivacyBudget.spent()} rose
     * @param <K> the type of the groups
     */
    record Granted<K>(Map<K, Estimate> estimates, double epsilonSpent) implements HistogramRelease<K> {
        /** Copies the map and keeps its order. */
        public Granted {
            estimates = Collections.unmodifiableMap(new LinkedHashMap<>(estimates));
        }

        /**
         * Returns the counts as whole numbers.
         *
         * @return one entry for every public key, in the order the keys were given
         */
        public Map<K, Long> counts() {
            var counts = new LinkedHashMap<K, Long>();
            estimates.forEach((key, estimate) -> counts.put(key, (long) estimate.value()));
            return Collections.unmodifiableMap(counts);
        }
    }

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed
     * @param epsilonLeft what was left; unchanged by the refusal
     * @param <K> the type of the groups
     */
    record Refused<K>(double epsilonAsked, double epsilonLeft) implements HistogramRelease<K> {}
}
