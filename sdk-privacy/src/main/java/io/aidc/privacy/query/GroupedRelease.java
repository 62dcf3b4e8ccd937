package io.aidc.privacy.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The answer to a query by group. Immutable.
 *
 * @param <K> the type of the groups
 */
public sealed interface GroupedRelease<K> {

    /**
     * The named numbers of every group, with noise.
     *
     * @param groups by key, then by name: public keys in their order, selected ones in random order; copied
     * @param epsilonSpent the budget charged for everything: by how much {@code PrivacyBudget.spent()} rose
     * @param <K> the type of the groups
     */
    record Granted<K>(Map<K, Map<String, Estimate>> groups, double epsilonSpent) implements GroupedRelease<K> {
        /** Copies the maps and keeps their order. */
        public Granted {
            var copy = new LinkedHashMap<K, Map<String, Estimate>>();
            groups.forEach((key, named) -> copy.put(key, Collections.unmodifiableMap(new LinkedHashMap<>(named))));
            groups = Collections.unmodifiableMap(copy);
        }

        /**
         * Finds one number.
         *
         * @param key the group
         * @param name the name given in the query
         * @return the number, or nothing if the group was not selected
         * @throws IllegalArgumentException if the group has no number of that name
         */
        public Optional<Estimate> find(K key, String name) {
            Map<String, Estimate> named = groups.get(key);
            if (named == null) {
                return Optional.empty();
            }
            Estimate estimate = named.get(name);
            if (estimate == null) {
                throw new IllegalArgumentException("no number is named %s, only %s".formatted(name, named.keySet()));
            }
            return Optional.of(estimate);
        }
    }

    /**
     * No answer: the budget was short. No data was read and nothing was spent.
     *
     * @param epsilonAsked what the query needed; infinity if it was δ that was short
     * @param epsilonLeft what was left; unchanged by the refusal
     * @param <K> the type of the groups
     */
    record Refused<K>(double epsilonAsked, double epsilonLeft) implements GroupedRelease<K> {}
}
