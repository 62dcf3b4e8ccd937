package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@link Value} keeps to itself. */
final class Values {
    static final Value TRUE = new Value.Bool(true);
    static final Value FALSE = new Value.Bool(false);

    private static final int SMALL = 8;

    private Values() {}

    /** The word that policies and messages have for a kind of value. */
    static String kind(Value value) {
        if (value instanceof Value.Bool) {
            return "bool";
        } else if (value instanceof Value.Whole) {
            return "long";
        } else if (value instanceof Value.Text) {
            return "string";
        } else if (value instanceof Value.Ref) {
            return "entity";
        } else if (value instanceof Value.SetOf) {
            return "set";
        } else if (value instanceof Value.RecordOf) {
            return "record";
        } else if (value instanceof Value.Decimal) {
            return "decimal";
        } else if (value instanceof Value.Ip) {
            return "ip";
        }
        return value instanceof Value.Datetime ? "datetime" : "duration";
    }

    /** Small ones without a table; large ones in one that bears equal hashes, as names have an order. */
    static Set<EntityUid> copy(Set<EntityUid> items) {
        if (items.size() <= SMALL) {
            return Set.copyOf(items);
        }
        Set<EntityUid> copy = new HashSet<>(items);
        copy.forEach(item -> Objects.requireNonNull(item, "item"));
        return Collections.unmodifiableSet(copy);
    }

    /** As {@link #copy(Set)}. */
    static <T> Map<String, T> copy(Map<String, T> attributes) {
        if (attributes.size() <= SMALL) {
            return Map.copyOf(attributes);
        }
        Map<String, T> copy = new HashMap<>(attributes);
        copy.forEach((name, value) -> {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(value, "value");
        });
        return Collections.unmodifiableMap(copy);
    }

    static Map<String, Value> plus(Map<String, Value> attributes, String name, Value value) {
        Map<String, Value> more = new HashMap<>(attributes);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return more;
    }

    static Value required(String what, String text, @Nullable Value parsed) {
        if (parsed == null) {
            throw new IllegalArgumentException("no %s: %s".formatted(what, Printable.of(text)));
        }
        return parsed;
    }

    /**
     * How deep a set or record is nested that has these values.
     *
     * @throws IllegalArgumentException if deeper than {@link Value#MAX_DEPTH}
     */
    static int depthAround(Collection<Value> inside) {
        int deepest = 0;
        for (Value value : inside) {
            if (value instanceof Value.SetOf set) {
                deepest = Math.max(deepest, Items.of(set.items()).depth());
            } else if (value instanceof Value.RecordOf record) {
                deepest = Math.max(deepest, Attributes.of(record.attributes()).depth());
            }
        }
        if (deepest >= Value.MAX_DEPTH) {
            throw new IllegalArgumentException(
                    "values must be nested at most %d deep, got more".formatted(Value.MAX_DEPTH));
        }
        return deepest + 1;
    }

    /** How many values there are, counting those inside others; some number beyond the limit if there are more. */
    static int count(Collection<Value> values, int limit) {
        int count = 0;
        for (Value value : values) {
            if (++count > limit) {
                return count;
            }
            if (value instanceof Value.SetOf set) {
                count += count(set.items(), limit - count);
            } else if (value instanceof Value.RecordOf record) {
                count += count(record.attributes().values(), limit - count);
            }
        }
        return count;
    }

    static String text(Collection<Value> items) {
        return items.stream().map(Value::toString).sorted().collect(Collectors.joining(", ", "[", "]"));
    }

    static String text(Map<String, Value> attributes) {
        return new TreeMap<>(attributes)
                .entrySet().stream()
                        .map(attribute -> Escapes.quote(attribute.getKey()) + ": " + attribute.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
    }
}
