package io.aidc.privacy;

import java.math.BigDecimal;

/**
 * What a budget may spend, and by which rule.
 *
 * @param order the Rényi order of the filter; 0 if δ is 0
 */
record Limits(BigDecimal epsilon, double delta, Neighbours neighbours, double order) {

    /** Equality by value: 1.0 and 1.00 are one amount. */
    boolean sameAs(Limits other) {
        return epsilon.compareTo(other.epsilon) == 0
                && delta == other.delta
                && neighbours == other.neighbours
                && order == other.order;
    }
}
