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
 *
 * <p>A charge with a δᵢ of its own counts as pure in both filters, and besides Σδᵢ, exact, must stay within a part of δ
 * that was set aside when the budget was built; the Rényi sum is converted at the rest. Sound, because whatever is
 * (εᵢ, δᵢ)-private can be made from something that with probability δᵢ tells all and is εᵢ-private otherwise (Kairouz,
 * Oh, Viswanath 2015). However the charges are chosen, something tells all with probability at most max Σδᵢ; up to then
 * the interaction is one of pure and Rényi-bounded charges, for which the filters above hold. The part must be fixed:
 * converting at δ − Σδᵢ, with Σδᵢ as it happens to be, fails. An interaction may spend half of δ's worth of divergence
 * on something that goes wrong rarely, then as much again if it did and δ/2 as Σδᵢ if it did not: 3δ/2 in all.
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
        BigDecimal deltas = BigDecimal.ZERO;
        boolean allPure = true;
        List<PrivacyEvent> renyi = new ArrayList<>();
        for (Map.Entry<PrivacyEvent, Long> entry :
                EventCounts.of(charged.event()).asMap().entrySet()) {
            PrivacyEvent event = entry.getKey();
            BigDecimal times = BigDecimal.valueOf(entry.getValue());
            if (event instanceof PrivacyEvent.ApproximateDp approximate) {
                deltas = deltas.add(BigDecimal.valueOf(approximate.delta()).multiply(times));
                event = pureOf(approximate, limits);
            }
            BigDecimal epsilon = pureEpsilon(event, limits);
            allPure &= epsilon.signum() > 0;
            pure = pure.add(epsilon.multiply(times));
            renyi.add(event.times(entry.getValue()));
        }
        if (!limits.allowsApproximate(deltas)) {
            return INFINITE;
        }
        if (allPure && (limits.renyiDelta() == 0 || pure.compareTo(limits.epsilon()) <= 0)) {
            return pure;
        }
        BigDecimal converted = convert(limits, RdpAccountant.of(new PrivacyEvent.Composed(renyi)));
        return allPure ? pure.min(converted) : converted;
    }

    private static BigDecimal convert(Limits limits, RdpAccountant accountant) {
        double rdp = accountant.rdp(limits.order()) * ROUND_UP;
        double epsilon = RdpConversion.IMPROVED_CKS_2020.epsilon(limits.order(), rdp, limits.renyiDelta()) * ROUND_UP;
        return Double.isFinite(epsilon) ? BigDecimal.valueOf(epsilon) : INFINITE;
    }

    /** What is left of an event whose δ is counted apart. */
    private static PrivacyEvent pureOf(PrivacyEvent.ApproximateDp event, Limits limits) {
        if (limits.approximateDelta() == 0) {
            throw new IllegalArgumentException("this budget has no delta set aside for events that have one of their "
                    + "own, say approximateDelta(...), got " + event);
        }
        return new PrivacyEvent.PureDp(event.epsilon());
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
        if (limits.renyiDelta() == 0) {
            throw new IllegalArgumentException((limits.delta() == 0
                            ? "a budget with delta 0 takes pure epsilon only, got "
                            : "a budget with all its delta set aside takes epsilon and delta only, got ")
                    + event);
        }
        if (!event.holdsFor(limits.neighbours())) {
            throw new IllegalArgumentException(
                    "this budget has " + limits.neighbours() + ", for which nothing is proved of " + event);
        }
        return BigDecimal.ZERO;
    }
}
