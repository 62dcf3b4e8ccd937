package io.aidc.security.policy;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The attributes of a record, sorted by name. <em>Immutable.</em> */
final class Attributes extends AbstractMap<String, Value> {
    private static final Attributes NONE = new Attributes(Map.of());

    private final String[] names;
    private final Value[] values;
    private final int depth;

    private Attributes(Map<String, Value> sorted) {
        this.names = sorted.keySet().toArray(new String[0]);
        this.values = sorted.values().toArray(new Value[0]);
        this.depth = Values.depthAround(Arrays.asList(values));
    }

    /**
     * Copies attributes.
     *
     * @throws IllegalArgumentException if they are nested too deep
     */
    static Attributes of(Map<String, Value> attributes) {
        if (attributes instanceof Attributes same) {
            return same;
        } else if (attributes.isEmpty()) {
            return NONE;
        }
        TreeMap<String, Value> sorted = new TreeMap<>();
        attributes.forEach((name, value) ->
                sorted.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value")));
        return new Attributes(sorted);
    }

    /** How deep they are nested, 1 if nothing is in them. */
    int depth() {
        return depth;
    }

    /** The smaller record first, then by the names in order, then by what they hold. */
    static int compare(Attributes a, Attributes b) {
        int order = Integer.compare(a.names.length, b.names.length);
        if (order == 0) {
            order = Arrays.compare(a.names, b.names);
        }
        for (int i = 0; order == 0 && i < a.values.length; i++) {
            order = ValueOrder.compare(a.values[i], b.values[i]);
        }
        return order;
    }

    @Override
    public @Nullable Value get(@Nullable Object other) {
        int at = other instanceof String name ? Arrays.binarySearch(names, name) : -1;
        return at < 0 ? null : values[at];
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public Set<Entry<String, Value>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<String, Value>> iterator() {
                return IntStream.range(0, names.length)
                        .mapToObj(i -> Map.entry(names[i], values[i]))
                        .iterator();
            }

            @Override
            public int size() {
                return names.length;
            }
        };
    }
}
