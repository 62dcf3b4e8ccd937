package io.aidc.privacy.accounting;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds up Rényi differential privacy over composed events and converts the sum to (ε, δ) at the best order.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="accountant"}
 *
 * <p>The statement holds for events whose <em>parameters</em> were fixed beforehand, while their answers may depend on
 * one another. For parameters chosen after seeing answers use {@link io.aidc.privacy.PrivacyBudget}, whose filter fixes
 * one order. Values are exact up to rounding (about 1e-12 relative), fractional orders included, not bounds on a
 * series. Where a sampled Gaussian would need more than 4096 terms (multipliers below 0.1 at fractional orders up to
 * 11, below a thousandth of the order above 4096) it is an upper bound: that of the next whole order, or of no
 * sampling.
 *
 * <p>Cost: about a microsecond per simple event and order, at most some hundred. Immutable.
 *
 * @see <a href="https://arxiv.org/abs/1702.07476">Mironov 2017, Proposition 1</a> for composition
 * @see <a href="https://arxiv.org/abs/1908.10530">Mironov, Talwar, Zhang 2019</a> for subsampling
 */
public final class RdpAccountant {
    private static final Logger LOG = LoggerFactory.getLogger(RdpAccountant.class);

    private final EventCounts events;

    private RdpAccountant(EventCounts events) {
        this.events = events;
    }

    /**
     * Accounts for an event.
     *
     * @param event what was done; compose several with {@link PrivacyEvent#and} and {@link PrivacyEvent#times}
     * @return the accountant
     */
    public static RdpAccountant of(PrivacyEvent event) {
        return new RdpAccountant(EventCounts.of(Check.oneRelation(event)));
    }

    /**
     * Accounts for one more event.
     *
     * @param event what else was done
     * @return a new accountant; this one is unchanged
     */
    public RdpAccountant plus(PrivacyEvent event) {
        return of(events.asEvent().and(Objects.requireNonNull(event, "event")));
    }

    /**
     * Returns everything accounted for.
     *
     * @return one event, equal parts counted together
     */
    public PrivacyEvent event() {
        return events.asEvent();
    }

    /**
     * Bounds the Rényi divergence between the outputs on neighbouring data.
     *
     * @param order α, &gt; 1; whole or not
     * @return the bound, &ge; 0; infinity if it exceeds the range of {@code double}
     * @throws IllegalArgumentException if the order is not &gt; 1 and finite
     */
    public double rdp(double order) {
        Check.order(order);
        double sum = 0;
        for (Map.Entry<PrivacyEvent, Long> entry : events.asMap().entrySet()) {
            sum += entry.getValue() * Rdp.of(entry.getKey(), order);
        }
        return sum;
    }

    /**
     * Converts with {@link RdpConversion#IMPROVED_CKS_2020}.
     *
     * @param delta δ in (0, 1)
     * @return the smallest ε over the orders tried
     * @throws IllegalArgumentException if δ is outside (0, 1)
     */
    public EpsilonAtDelta epsilon(double delta) {
        return epsilon(delta, RdpConversion.IMPROVED_CKS_2020);
    }

    /**
     * Converts with a named formula.
     *
     * <p>Orders 1.1 to 11 by 0.1, 12 to 64, 128, 256, 512 and 1024 are tried; if the best is the first or the last, the
     * grid is extended down to 1.001 or up to 65536. A best order that is still at the end is logged at WARN.
     *
     * @param delta δ in (0, 1)
     * @param conversion the formula
     * @return the smallest ε over the orders tried; 0 if nothing was done
     * @throws IllegalArgumentException if δ is outside (0, 1)
     */
    public EpsilonAtDelta epsilon(double delta, RdpConversion conversion) {
        Check.delta(delta);
        Objects.requireNonNull(conversion, "conversion");
        double[] grid = RdpOrders.grid();
        if (events.asMap().isEmpty()) {
            return new EpsilonAtDelta(0, delta, grid[0], conversion, false);
        }
        EpsilonAtDelta best = best(grid, delta, conversion);
        double[] beyond = best.order() == grid[0]
                ? RdpOrders.below()
                : best.order() == grid[grid.length - 1] ? RdpOrders.above() : new double[0];
        if (beyond.length == 0 || best.epsilon() == 0) {
            return best;
        }
        EpsilonAtDelta outer = best(beyond, delta, conversion);
        if (outer.epsilon() >= best.epsilon()) {
            return best;
        }
        boolean atEnd = outer.order() == beyond[beyond.length - 1];
        if (atEnd) {
            LOG.warn("best Renyi order is the last one tried, epsilon may be loose: order={}", outer.order());
        }
        return new EpsilonAtDelta(outer.epsilon(), delta, outer.order(), conversion, atEnd);
    }

    private EpsilonAtDelta best(double[] orders, double delta, RdpConversion conversion) {
        double[] epsilons = Arrays.stream(orders)
                .map(order -> conversion.epsilon(order, rdp(order), delta))
                .toArray();
        int best = 0;
        for (int i = 1; i < orders.length; i++) {
            if (epsilons[i] < epsilons[best]) {
                best = i;
            }
        }
        return new EpsilonAtDelta(epsilons[best], delta, orders[best], conversion, false);
    }
}
