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
     * @param counts one entry for every public key, in the order the keys were given; copied
     * @param epsilonSpent the budget charged for all of them: by how much {@code PrivacyBudget.spent()} rose
     * @param <K> the type of the groups
     */
    record Granted<K>(Map<K, Long> counts, double epsilonSpent) implements HistogramRelease<K> {
        /** Copies the counts and keeps their order. */
        public Granted {
            counts = Collections.unmodifiableMap(new LinkedHashMap<>(counts));
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
