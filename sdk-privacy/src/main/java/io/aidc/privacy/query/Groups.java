package io.aidc.privacy.query;

import java.util.Collection;
import java.util.List;

/**
 * Which groups an answer may name: a public list, or those that enough units are in. Immutable.
 *
 * @param <K> what keys of groups are
 */
public sealed interface Groups<K> {

    /**
     * Names the groups beforehand: all are answered for, also if no record is in them, and no other.
     *
     * @param publicKeys the keys, all different, which must be public knowledge; copied
     * @param <K> the type of the keys
     * @return that choice
     * @throws IllegalArgumentException if there are no keys or one is there twice
     */
    static <K> Listed<K> of(Collection<? extends K> publicKeys) {
        return new Listed<>(List.copyOf(publicKeys));
    }

    /**
     * Takes the groups from the data, each shown with the largest probability that the price of the choice allows for
     * the number of units in it. A group of one unit is shown with probability δ at most.
     *
     * @return that choice, without a pre-threshold
     */
    static Selected selectedPrivately() {
        return new Selected(1);
    }

    /**
     * Is a public list.
     *
     * @param keys the keys, in the order of the answer
     * @param <K> the type of the keys
     */
    record Listed<K>(List<K> keys) implements Groups<K> {
        /** Copies and checks the keys. */
        public Listed {
            keys = List.copyOf(keys);
            if (keys.isEmpty() || keys.stream().distinct().count() < keys.size()) {
                throw new IllegalArgumentException("public keys must be at least one and all different, got " + keys);
            }
        }
    }

    /**
     * Is a private choice by the optimal rule. The answer's order is random.
     *
     * @param threshold groups of fewer units are never shown, &ge; 1
     * @see <a href="https://arxiv.org/abs/2006.03684">Desfontaines, Voss, Gipson, Mandayam 2022</a>
     */
    record Selected(int threshold) implements Groups<Object> {
        /** Checks the threshold. */
        public Selected {
            if (threshold < 1) {
                throw new IllegalArgumentException("the pre-threshold must be >= 1, got " + threshold);
            }
        }

        /**
         * Never shows groups of fewer units, as some rules of publication want besides differential privacy.
         *
         * @param units the least number of units, &ge; 1; the rule then starts at that number
         * @return the choice with that pre-threshold
         * @throws IllegalArgumentException if the number is less than 1
         */
        public Selected preThreshold(int units) {
            return new Selected(units);
        }
    }
}
