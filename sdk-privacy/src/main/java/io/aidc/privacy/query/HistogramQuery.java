package io.aidc.privacy.query;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Counts by group that still need to be paid for, once for all groups. Every public key gets a noised count, also if no
 * record has it. Immutable.
 *
 * @param <K> the type of the groups
 */
public final class HistogramQuery<K> {
    private static final String COUNT = "count";

    private final GroupedAsk<?, K> ask;

    private HistogramQuery(GroupedAsk<?, K> ask) {
        this.ask = ask;
    }

    static <T, K> HistogramQuery<K> of(GroupedAsk<T, K> ask) {
        return new HistogramQuery<>(ask.with(COUNT, Measure.count()));
    }

    /**
     * Releases the counts with discrete Laplace noise of scale groups·rowsPerGroup/ε each.
     *
     * @param epsilon the price of all counts, a pure ε, from 1e-9 to 1e6
     * @return the counts, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     */
    public HistogramRelease<K> spending(double epsilon) {
        return pay(Price.epsilon(epsilon));
    }

    /**
     * Releases the counts with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity √groups·rowsPerGroup, from 0.001 to 1e6
     * @return the counts, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     */
    public HistogramRelease<K> gaussian(double noiseMultiplier) {
        return pay(Price.noiseMultiplier(noiseMultiplier));
    }

    private HistogramRelease<K> pay(Price price) {
        return ask.payPublic(
                price,
                (groups, spent) -> new HistogramRelease.Granted<>(counts(groups), spent),
                HistogramRelease.Refused::new);
    }

    private static <K> Map<K, Estimate> counts(Map<K, Map<String, Estimate>> groups) {
        var counts = new LinkedHashMap<K, Estimate>();
        groups.forEach((key, named) -> counts.put(key, named.get(COUNT)));
        return counts;
    }
}
