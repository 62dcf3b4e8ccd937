package io.aidc.security.policy;

import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The items of a set, sorted. A table of hashes would be slow for those who choose values of equal hash. <em>Immutable.</em>
 */
final class Items extends AbstractSet<Value> {
    private final Value[] sorted;
    private final int depth;

    private Items(Value[] sorted) {
        this.sorted = sorted;
        this.depth = Values.depthAround(Arrays.asList(sorted));
    }

    /**
     * Copies values; equal ones count once.
     *
     * @throws IllegalArgumentException if they are nested too deep
     */
    static Items of(Collection<Value> values) {
        if (values instanceof Items items) {
            return items;
        }
        Value[] sorted = values.toArray(new Value[0]);
        for (Value value : sorted) {
            Objects.requireNonNull(value, "item");
        }
        Arrays.sort(sorted, ValueOrder::compare);
        int different = 0;
        for (Value value : sorted) {
            if (different == 0 || ValueOrder.compare(sorted[different - 1], value) != 0) {
                sorted[different++] = value;
            }
        }
        return new Items(different == sorted.length ? sorted : Arrays.copyOf(sorted, different));
    }

    /** How deep they are nested, 1 if nothing is in them. */
    int depth() {
        return depth;
    }

    /** The smaller set first, then by the items in order. */
    static int compare(Items a, Items b) {
        int order = Integer.compare(a.sorted.length, b.sorted.length);
        for (int i = 0; order == 0 && i < a.sorted.length; i++) {
            order = ValueOrder.compare(a.sorted[i], b.sorted[i]);
        }
        return order;
    }

    @Override
    public boolean contains(@Nullable Object other) {
        return other instanceof Value value && Arrays.binarySearch(sorted, value, ValueOrder::compare) >= 0;
    }

    @Override
    public Iterator<Value> iterator() {
        return Arrays.asList(sorted).iterator();
    }

    @Override
    public int size() {
        return sorted.length;
    }
}
