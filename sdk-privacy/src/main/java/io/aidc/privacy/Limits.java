package io.aidc.privacy;

import io.aidc.privacy.accounting.Neighbours;
import java.math.BigDecimal;

/**
 * What a budget may spend, and by which rule.
 *
 * @param approximateDelta the part of δ that only charges with a δ of their own may use; at most {@code delta}
 * @param order the Rényi order of the filter; 0 if no δ is left for it
 * @param unit one word for what is protected, kept for whoever reads a ledger
 */
record Limits(
        BigDecimal epsilon, double delta, double approximateDelta, Neighbours neighbours, double order, String unit) {
    /** The unit unless another is named. */
    static final String RECORD = "record";

    /** Checks the parts of δ. */
    Limits {
        if (!(delta >= 0 && delta < 1 && approximateDelta >= 0 && approximateDelta <= delta)) {
            throw new IllegalArgumentException(
                    "approximateDelta must be in [0, delta = %s], got %s".formatted(delta, approximateDelta));
        }
    }

    Limits withUnit(String other) {
        return new Limits(epsilon, delta, approximateDelta, neighbours, order, other);
    }

    /** The part of δ at which Rényi divergences are converted; rounded down. */
    double renyiDelta() {
        return renyiDelta(delta, approximateDelta);
    }

    static double renyiDelta(double delta, double approximateDelta) {
        if (approximateDelta == 0) {
            return delta;
        }
        BigDecimal rest = BigDecimal.valueOf(delta).subtract(BigDecimal.valueOf(approximateDelta));
        return rest.signum() <= 0 ? 0 : Math.nextDown(rest.doubleValue());
    }

    /** Whether so much δ of charges that have their own is within what was set aside for them. */
    boolean allowsApproximate(BigDecimal sumOfDeltas) {
        return sumOfDeltas.compareTo(BigDecimal.valueOf(approximateDelta)) <= 0;
    }

    /** Equality by value: 1.0 and 1.00 are one amount. */
    boolean sameAs(Limits other) {
        return epsilon.compareTo(other.epsilon) == 0
                && delta == other.delta
                && approximateDelta == other.approximateDelta
                && neighbours == other.neighbours
                && order == other.order
                && unit.equals(other.unit);
    }
}
