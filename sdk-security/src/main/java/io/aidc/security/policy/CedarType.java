package io.aidc.security.policy;

import io.aidc.security.internal.Printable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a schema says a value is, and what the type checker knows of an expression.
 *
 * <p>Types of one schema share their parts, so that a few lines could spell out a type of any size;
 * {@link SchemaResolver} bounds {@link #size()} before anything walks one.
 *
 * <p><em>Immutable.</em>
 */
sealed interface CedarType {
    int LONGEST_SHOWN = 300;

    /** A Boolean, and what is known of it before any request. */
    enum Truth implements CedarType {
        TRUE,
        FALSE,
        EITHER;

        Truth not() {
            return this == EITHER ? EITHER : this == TRUE ? FALSE : TRUE;
        }
    }

    /** The types without parts, named as a schema names them. */
    enum Plain implements CedarType {
        LONG("Long"),
        STRING("String"),
        DECIMAL("decimal"),
        IP("ipaddr"),
        DATETIME("datetime"),
        DURATION("duration");

        final String label;

        Plain(String label) {
            this.label = label;
        }

        /** Whether {@code <} and its like compare two of it. */
        boolean isOrdered() {
            return this == LONG || this == DATETIME || this == DURATION;
        }
    }

    /** A reference to an entity of a type, which is named in full. */
    record EntityOf(String name) implements CedarType {}

    /** A set. */
    record SetOf(CedarType element, int size) implements CedarType {
        SetOf(CedarType element) {
            this(element, plus(1, element.size()));
        }
    }

    /** One attribute of a record. */
    record Attribute(CedarType type, boolean required) {}

    /** A record, or the attributes of an entity. */
    record RecordOf(SortedMap<String, Attribute> attributes, int size) implements CedarType {
        RecordOf(SortedMap<String, Attribute> attributes) {
            this(attributes, sizeOf(attributes));
        }

        private static int sizeOf(SortedMap<String, Attribute> attributes) {
            int size = 1;
            for (Attribute attribute : attributes.values()) {
                size = plus(size, attribute.type.size());
            }
            return size;
        }
    }

    /** How many parts the type has when spelled out, {@link Integer#MAX_VALUE} if more. */
    default int size() {
        return 1;
    }

    /** What a message calls the type: as in a schema, and cut where that is long. */
    default String shown() {
        StringBuilder out = new StringBuilder();
        show(this, out);
        return Printable.of(out.toString());
    }

    private static void show(CedarType type, StringBuilder out) {
        if (out.length() > LONGEST_SHOWN) {
            return; // it will be cut anyway, and could be of any size
        }
        if (type instanceof Plain plain) {
            out.append(plain.label);
        } else if (type instanceof EntityOf entity) {
            out.append(entity.name);
        } else if (type instanceof SetOf set) {
            out.append("Set<");
            show(set.element, out);
            out.append('>');
        } else if (type instanceof RecordOf record) {
            String separator = "{";
            for (var entry : record.attributes.entrySet()) {
                out.append(separator).append(entry.getKey());
                out.append(entry.getValue().required ? ": " : "?: ");
                show(entry.getValue().type, out);
                separator = ", ";
            }
            out.append(record.attributes.isEmpty() ? "{}" : "}");
        } else {
            out.append("Bool");
        }
    }

    private static int plus(int a, int b) {
        return a > Integer.MAX_VALUE - b ? Integer.MAX_VALUE : a + b;
    }

    /**
     * The one type that covers two, by the strict rules: Booleans are joined wherever they occur, all else must be equal.
     *
     * @return the type, or null if there is none
     */
    static @Nullable CedarType join(CedarType a, CedarType b) {
        if (a.equals(b)) {
            return a;
        }
        if (a instanceof Truth && b instanceof Truth) {
            return Truth.EITHER;
        }
        if (a instanceof SetOf left && b instanceof SetOf right) {
            CedarType element = join(left.element, right.element);
            return element == null ? null : new SetOf(element);
        }
        return a instanceof RecordOf left && b instanceof RecordOf right ? joinRecords(left, right) : null;
    }

    private static @Nullable CedarType joinRecords(RecordOf left, RecordOf right) {
        if (left.attributes.size() != right.attributes.size()) {
            return null;
        }
        SortedMap<String, Attribute> joined = new TreeMap<>();
        for (var entry : left.attributes.entrySet()) {
            Attribute mine = entry.getValue();
            Attribute other = right.attributes.get(entry.getKey());
            CedarType type = other != null && mine.required == other.required ? join(mine.type, other.type) : null;
            if (type == null) {
                return null;
            }
            joined.put(entry.getKey(), new Attribute(type, mine.required));
        }
        return new RecordOf(joined);
    }
}
