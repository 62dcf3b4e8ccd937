package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import java.math.BigDecimal;

/**
 * What a budget may spend, and by which rule.
 *
 * @param order the Rényi order of the filter; 0 if δ is 0
 * @param unit one word for what is protected, kept for whoever reads a ledger
 */
record Limits(BigDecimal epsilon, double delta, Neighbours neighbours, double order, String unit) {
    /** The unit unless another is named. */
    static final String RECORD = "record";

    Limits withUnit(String other) {
        return new Limits(epsilon, delta, neighbours, order, other);
    }

    /** Equality by value: 1.0 and 1.00 are one amount. */
    boolean sameAs(Limits other) {
        return epsilon.compareTo(other.epsilon) == 0
                && delta == other.delta
                && neighbours == other.neighbours
                && order == other.order
                && unit.equals(other.unit);
    }
}
