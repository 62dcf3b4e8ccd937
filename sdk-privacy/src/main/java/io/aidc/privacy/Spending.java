package io.aidc.privacy;

import io.aidc.privacy.accounting.EventCounts;
import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.accounting.RdpAccountant;
import io.aidc.privacy.accounting.RdpConversion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Everything charged to one budget, and the ε it needs.
 *
 * <p>Two filters run side by side. As long as all charges are pure, their exact decimal sum counts, with δ = 0.
 * Besides, the Rényi divergences at one fixed order are added and converted at δ. A charge is admitted if either sum
 * fits. Each filter alone is sound for queries chosen adaptively: the first trivially, the second by Feldman and Zrnic
 * 2021, Theorem 4.3. So is their union: split the outcomes by the filter that held to the end; on each part the
 * mechanism acts like one stopped by that filter alone, and the δ of the parts, 0 and δ, add up.
 *
 * <p>A charge with a δᵢ of its own counts as what it is otherwise, and besides Σδᵢ, exact, must stay within a part of δ
 * that was set aside when the budget was built; the Rényi sum is converted at the rest. Sound, because whatever is (εᵢ,
 * δᵢ)-private can be made from something that with probability δᵢ tells all and is εᵢ-private otherwise (Kairouz, Oh,
 * Viswanath 2015); and a capped Poisson sample is an uncapped one unless the other units fill the cap. However the
 * charges are chosen, something tells all with probability at most max Σδᵢ; up to then the interaction is one of pure
 * and Rényi-bounded charges, for which the filters above hold. The part must be fixed: converting at δ − Σδᵢ, with Σδᵢ
 * as it happens to be, fails. An interaction may spend half of δ's worth of divergence on something that goes wrong
 * rarely, then as much again if it did and δ/2 as Σδᵢ if it did not: 3δ/2 in all.
 *
 * <p>Divergences are rounded up to multiples of 2^−128 and added as integers: the sum is exact, whatever the order, and
 * taking back what was added leaves what was there. Cost of an addition: that of the event's distinct parts, however
 * much was charged before. Confined: guarded by the owner.
 */
final class Spending {
    // covers the rounding within one divergence and of the conversion, against the spender
    private static final double ROUND_UP = 1 + 1e-12;
    private static final int FRACTION_BITS = 128;
    private static final BigDecimal FRACTION = new BigDecimal(BigInteger.ONE.shiftLeft(FRACTION_BITS));
    /** More than any budget has; infinity as a double. */
    static final BigDecimal INFINITE = BigDecimal.valueOf(Double.MAX_VALUE).multiply(BigDecimal.TEN);

    private final Limits limits;
    private final Map<PrivacyEvent, Part> parts = new LinkedHashMap<>();
    private Total total;

    private Spending(Limits limits) {
        this.limits = limits;
        this.total = new Total(limits, BigDecimal.ZERO, BigDecimal.ZERO, BigInteger.ZERO, 0);
    }

    static Spending nothing(Limits limits) {
        return new Spending(limits);
    }

    Spending copy() {
        var copy = new Spending(limits);
        copy.parts.putAll(parts);
        copy.total = total;
        return copy;
    }

    /**
     * What an event would bring the total to. Throws {@link IllegalArgumentException} if these limits cannot account
     * for it, {@link ArithmeticException} if a part then happens more than 2^63 − 1 times.
     */
    Total with(PrivacyEvent event) {
        Total sum = total;
        for (Map.Entry<PrivacyEvent, Long> entry : EventCounts.of(event).asMap().entrySet()) {
            Part part = parts.get(entry.getKey());
            if (part == null) {
                part = Part.of(entry.getKey(), limits);
            }
            sum = sum.plus(part.more(entry.getValue()), entry.getValue());
        }
        return sum;
    }

    /** Adds an event; throws as {@link #with} does, and then adds nothing. */
    void add(PrivacyEvent event) {
        total = with(event);
        EventCounts.of(event)
                .asMap()
                .forEach((simple, times) -> parts.compute(
                        simple, (key, part) -> (part == null ? Part.of(simple, limits) : part).more(times)));
    }

    /** Takes back an event that was added before. */
    void remove(PrivacyEvent event) {
        EventCounts.of(event).asMap().forEach((simple, times) -> {
            Part left =
                    Objects.requireNonNull(parts.get(simple), "was never added").more(-times);
            total = total.plus(left, -times);
            if (left.times() == 0) {
                parts.remove(simple);
            } else {
                parts.put(simple, left);
            }
        });
    }

    Total total() {
        return total;
    }

    boolean isCharged() {
        return !parts.isEmpty();
    }

    PrivacyEvent event() {
        List<PrivacyEvent> events = new ArrayList<>();
        parts.forEach((simple, part) -> events.add(simple.times(part.times())));
        return events.size() == 1 ? events.get(0) : new PrivacyEvent.Composed(events);
    }

    /**
     * A simple event and how often it was charged.
     *
     * @param pure its ε once, 0 if it is not pure
     * @param delta its own δ once, usually 0
     * @param renyi the divergence of what it is without that δ, once, in multiples of 2^−128; 0 if no δ is left for it
     */
    private record Part(long times, BigDecimal pure, BigDecimal delta, BigInteger renyi) {
        static Part of(PrivacyEvent event, Limits limits) {
            if (event instanceof PrivacyEvent.ApproximateDp e) {
                return withOwnDelta(event, e.delta(), new PrivacyEvent.PureDp(e.epsilon()), limits);
            }
            if (event instanceof PrivacyEvent.TruncatedPoissonSubsampledGaussian e) {
                return withOwnDelta(event, e.truncation(), e.untruncated(), limits);
            }
            BigDecimal pure = pureEpsilon(event, limits);
            BigInteger renyi = limits.renyiDelta() == 0 ? BigInteger.ZERO : renyi(event, limits.order());
            return new Part(0, pure, BigDecimal.ZERO, renyi);
        }

        /** @param rest what the event is, but for that δ */
        private static Part withOwnDelta(PrivacyEvent event, double delta, PrivacyEvent rest, Limits limits) {
            if (delta > 0 && limits.approximateDelta() == 0) {
                throw new IllegalArgumentException("this budget has no delta set aside for events that have one of "
                        + "their own, say approximateDelta(...), got " + event);
            }
            Part part = of(rest, limits);
            return new Part(0, part.pure(), BigDecimal.valueOf(delta), part.renyi());
        }

        private static BigInteger renyi(PrivacyEvent event, double order) {
            double rdp = RdpAccountant.of(event).rdp(order);
            BigDecimal exact = Double.isInfinite(rdp) ? INFINITE : new BigDecimal(rdp);
            return exact.multiply(FRACTION).setScale(0, RoundingMode.CEILING).toBigIntegerExact();
        }

        Part more(long extra) {
            return new Part(Math.addExact(times, extra), pure, delta, renyi);
        }
    }

    /** What a budget's charges add up to. Immutable. */
    static final class Total {
        private final Limits limits;
        private final BigDecimal pure;
        private final BigDecimal deltas;
        private final BigInteger renyi;
        private final long impure;
        private final BigDecimal needed;

        /** @param impure how many distinct parts are not pure */
        private Total(Limits limits, BigDecimal pure, BigDecimal deltas, BigInteger renyi, long impure) {
            this.limits = limits;
            this.pure = pure;
            this.deltas = deltas;
            this.renyi = renyi;
            this.impure = impure;
            this.needed = need();
        }

        /** The ε that is needed at the δ of the limits. */
        BigDecimal needed() {
            return needed;
        }

        /** Whether the need is the sum of pure charges, which holds at {@link #deltas()}. */
        boolean isPure() {
            return impure == 0 && needed.compareTo(pure) == 0;
        }

        /** The sum of the δ of charges that have their own. */
        BigDecimal deltas() {
            return deltas;
        }

        boolean fits() {
            return needed.compareTo(limits.epsilon()) <= 0;
        }

        /** @param after the part with the change already made */
        private Total plus(Part after, long change) {
            long appeared = after.times() == change ? 1 : 0;
            long vanished = after.times() == 0 ? 1 : 0;
            BigDecimal times = BigDecimal.valueOf(change);
            return new Total(
                    limits,
                    pure.add(after.pure().multiply(times)),
                    deltas.add(after.delta().multiply(times)),
                    renyi.add(after.renyi().multiply(BigInteger.valueOf(change))),
                    after.pure().signum() > 0 ? impure : impure + appeared - vanished);
        }

        private BigDecimal need() {
            if (!limits.allowsApproximate(deltas)) {
                return INFINITE;
            }
            if (limits.renyiDelta() == 0) {
                return pure;
            }
            double rdp = Math.scalb(renyi.doubleValue(), -FRACTION_BITS) * ROUND_UP;
            double epsilon =
                    RdpConversion.IMPROVED_CKS_2020.epsilon(limits.order(), rdp, limits.renyiDelta()) * ROUND_UP;
            BigDecimal converted = Double.isFinite(epsilon) ? BigDecimal.valueOf(epsilon) : INFINITE;
            return impure == 0 ? pure.min(converted) : converted;
        }
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
