package io.aidc.privacy;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.accounting.RdpConversion;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything charged to one budget, and the ε it needs.
 *
 * <p>Two filters run side by side. As long as all charges are pure, their exact decimal sum counts, with δ = 0.
 * Besides, the Rényi divergences at one fixed order are added and converted at δ. A charge is admitted if either sum
 * fits. Each filter alone is sound for queries chosen adaptively: the first trivially, the second by Feldman and Zrnic
 * 2021, Theorem 4.3. So is their union: split the outcomes by the filter that held to the end; on each part the
 * mechanism acts like one stopped by that filter alone, and the δ of the parts, 0 and δ, add up.
 */
final class Spending {
    // covers the rounding of a sum of doubles, against the spender
    private static final double ROUND_UP = 1 + 1e-12;
    /** More than any budget has; infinity as a double. */
    private static final BigDecimal INFINITE =
            BigDecimal.valueOf(Double.MAX_VALUE).multiply(BigDecimal.TEN);

    private final Limits limits;
    private final RdpAccountant charged;
    private final BigDecimal needed;

    private Spending(Limits limits, RdpAccountant charged) {
        this.limits = limits;
        this.charged = charged;
        this.needed = need(limits, charged);
    }

    static Spending nothing(Limits limits) {
        return new Spending(limits, RdpAccountant.of(new PrivacyEvent.Composed(List.of())));
    }

    /**
     * Adds an event, which the budget must be able to account for. Throws {@link ArithmeticException} if a part then
     * happens more than 2^63 − 1 times.
     */
    Spending plus(PrivacyEvent event) {
        return new Spending(limits, charged.plus(event));
    }

    /** Takes back an event that was added before. */
    Spending minus(PrivacyEvent event) {
        var left = new LinkedHashMap<>(EventCounts.of(charged.event()).asMap());
        EventCounts.of(event)
                .asMap()
                .forEach((part, times) -> left.merge(part, -times, (a, b) -> a + b == 0 ? null : a + b));
        List<PrivacyEvent> parts = new ArrayList<>();
        left.forEach((part, times) -> parts.add(part.times(times)));
        return new Spending(limits, RdpAccountant.of(new PrivacyEvent.Composed(parts)));
    }

    boolean fits() {
        return needed.compareTo(limits.epsilon()) <= 0;
    }

    BigDecimal needed() {
        return needed;
    }

    PrivacyEvent event() {
        return charged.event();
    }

    private static BigDecimal need(Limits limits, RdpAccountant charged) {
        BigDecimal pure = BigDecimal.ZERO;
        boolean allPure = true;
        for (Map.Entry<PrivacyEvent, Long> entry :
                EventCounts.of(charged.event()).asMap().entrySet()) {
            BigDecimal epsilon = pureEpsilon(entry.getKey(), limits);
            allPure &= epsilon.signum() > 0;
            pure = pure.add(epsilon.multiply(BigDecimal.valueOf(entry.getValue())));
        }
        if (allPure && (limits.delta() == 0 || pure.compareTo(limits.epsilon()) <= 0)) {
            return pure;
        }
        double rdp = charged.rdp(limits.order()) * ROUND_UP;
        double converted = RdpConversion.IMPROVED_CKS_2020.epsilon(limits.order(), rdp, limits.delta()) * ROUND_UP;
        BigDecimal renyi = Double.isFinite(converted) ? BigDecimal.valueOf(converted) : INFINITE;
        return allPure ? pure.min(renyi) : renyi;
    }

    /** The ε of a pure event, 0 for any other; refuses what these limits cannot account for. */
    private static BigDecimal pureEpsilon(PrivacyEvent event, Limits limits) {
        if (event instanceof PrivacyEvent.PureDp pure) {
            return BigDecimal.valueOf(pure.epsilon());
        }
        if (event instanceof PrivacyEvent.Laplace laplace) {
            return BigDecimal.valueOf(laplace.epsilon());
        }
        if (event instanceof PrivacyEvent.DiscreteLaplace laplace) {
            return new BigDecimal(laplace.sensitivity())
                    .divide(new BigDecimal(laplace.scale()), MathContext.DECIMAL64)
                    .multiply(BigDecimal.valueOf(ROUND_UP));
        }
        if (limits.delta() == 0) {
            throw new IllegalArgumentException("a budget with delta 0 takes pure epsilon only, got " + event);
        }
        if (!event.holdsFor(limits.neighbours())) {
            throw new IllegalArgumentException(
                    "this budget has " + limits.neighbours() + ", for which nothing is proved of " + event);
        }
        return BigDecimal.ZERO;
    }
}
