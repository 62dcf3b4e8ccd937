package io.aidc.privacy.accounting;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The distinct simple events inside a composed one, each with how often it happens.
 *
 * <p>Composition is a sum at every Rényi order, so neither nesting nor order matters. Immutable.
 */
public final class EventCounts {
    private final Map<PrivacyEvent, Long> counts;

    private EventCounts(Map<PrivacyEvent, Long> counts) {
        this.counts = Collections.unmodifiableMap(counts);
    }

    /**
     * Takes an event apart.
     *
     * @param event any event
     * @return its simple parts, in order of first appearance
     * @throws ArithmeticException if a part happens more than 2^63 − 1 times
     */
    public static EventCounts of(PrivacyEvent event) {
        var counts = new LinkedHashMap<PrivacyEvent, Long>();
        collect(event, 1, counts);
        return new EventCounts(counts);
    }

    /**
     * Returns the parts and their counts.
     *
     * @return an unmodifiable map without composed or repeated events; iteration is in order of first appearance
     */
    public Map<PrivacyEvent, Long> asMap() {
        return counts;
    }

    /**
     * Puts the parts together again, each distinct one once.
     *
     * @return an equivalent event
     */
    public PrivacyEvent asEvent() {
        List<PrivacyEvent> parts = counts.entrySet().stream()
                .map(entry -> entry.getKey().times(entry.getValue()))
                .toList();
        return parts.size() == 1 ? parts.get(0) : new PrivacyEvent.Composed(parts);
    }

    private static void collect(PrivacyEvent event, long times, Map<PrivacyEvent, Long> into) {
        if (event instanceof PrivacyEvent.Composed composed) {
            composed.events().forEach(part -> collect(part, times, into));
        } else if (event instanceof PrivacyEvent.Repeated repeated) {
            collect(repeated.event(), Math.multiplyExact(times, repeated.times()), into);
        } else {
            into.merge(event, times, Math::addExact);
        }
    }
}
