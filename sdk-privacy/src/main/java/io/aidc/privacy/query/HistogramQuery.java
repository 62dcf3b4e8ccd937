package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Counts by group that still need to be paid for, once for all groups. Every public key gets a noised count, also if no
 * record has it. Immutable.
 *
 * @param <K> the type of the groups
 */
public final class HistogramQuery<K> {
    private final PrivateRecords<?> records;
    private final BiConsumer<Map<K, Long>, RandomBits> counter;
    private final List<K> keys;

    private HistogramQuery(PrivateRecords<?> records, BiConsumer<Map<K, Long>, RandomBits> counter, List<K> keys) {
        this.records = records;
        this.counter = counter;
        this.keys = keys;
    }

    static <T, K> HistogramQuery<K> of(
            PrivateRecords<T> records, Function<? super T, ? extends K> key, Collection<? extends K> publicKeys) {
        Objects.requireNonNull(key, "key");
        List<K> keys = List.copyOf(publicKeys);
        if (keys.isEmpty() || keys.stream().distinct().count() < keys.size()) {
            throw new IllegalArgumentException("public keys must be at least one and all different, got " + keys);
        }
        return new HistogramQuery<>(records, (counts, bits) -> records.countByGroup(key, counts, bits), keys);
    }

    /**
     * Releases the counts with discrete Laplace noise of scale groups·rowsPerGroup/ε each.
     *
     * @param epsilon the price of all counts, a pure ε, from 1e-9 to 1e6
     * @return the counts, or a refusal
     * @throws IllegalArgumentException if ε is out of range
     */
    public HistogramRelease<K> spending(double epsilon) {
        Checks.queryEpsilon(epsilon);
        var noise = NoiseScale.laplace((double) groupsThatDiffer() * records.rowsPerGroup(), epsilon);
        return release(new PrivacyEvent.PureDp(epsilon), noise::sample);
    }

    /**
     * Releases the counts with discrete Gaussian noise.
     *
     * @param noiseMultiplier standard deviation over the L2 sensitivity √groups·rowsPerGroup, from 0.001 to 1e6
     * @return the counts, or a refusal
     * @throws IllegalArgumentException if the multiplier is out of range, or δ of the budget is 0
     */
    public HistogramRelease<K> gaussian(double noiseMultiplier) {
        Checks.noiseMultiplier(noiseMultiplier);
        var noise = NoiseScale.gaussian(Math.sqrt(groupsThatDiffer()) * records.rowsPerGroup(), noiseMultiplier);
        return release(new PrivacyEvent.Gaussian(noiseMultiplier), noise::sample);
    }

    /** In how many groups neighbouring data can differ, by at most rowsPerGroup in each. */
    private int groupsThatDiffer() {
        int units = Difference.units(records.budget().neighbours());
        return Math.min(units * records.groups(), keys.size());
    }

    private HistogramRelease<K> release(PrivacyEvent event, ToLongFunction<RandomBits> noise) {
        return records.budget()
                .answer(
                        event,
                        (bits, spent) -> {
                            var counts = new LinkedHashMap<K, Long>();
                            keys.forEach(key -> counts.put(key, 0L));
                            counter.accept(counts, bits);
                            counts.replaceAll((key, count) -> count + noise.applyAsLong(bits));
                            return new HistogramRelease.Granted<>(counts, spent);
                        },
                        HistogramRelease.Refused::new);
    }
}
