package io.aidc.training.data.internal;

import io.aidc.training.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects the values of a column of one kind and makes them a column of a table. */
public final class ColumnValues {
    /** What the values are. */
    public enum Kind {
        INTEGER,
        UNSIGNED,
        NUMBER,
        TEXT,
        FLAG
    }

    private static final long EXACT = 1L << 53;
    private static final int FIRST_ROOM = 1024;

    private final Kind kind;
    /** Integers, the bits of numbers, 1 and 0 for flags. */
    private long[] bits = {};

    private final List<String> texts = new ArrayList<>();
    private final BitSet missing = new BitSet();
    private int size;

    public ColumnValues(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public int size() {
        return size;
    }

    public void add(long integer) {
        require(kind == Kind.INTEGER || kind == Kind.UNSIGNED);
        addBits(integer);
    }

    public void add(double number) {
        require(kind == Kind.NUMBER);
        addBits(Double.doubleToRawLongBits(number));
    }

    public void add(boolean flag) {
        require(kind == Kind.FLAG);
        addBits(flag ? 1 : 0);
    }

    public void add(String text) {
        require(kind == Kind.TEXT);
        texts.add(text);
        size++;
    }

    public void addMissing() {
        missing.set(size);
        if (kind == Kind.TEXT) {
            add("");
        } else {
            addBits(0);
        }
    }

    /** Adds a value of another column of this kind. */
    public void addOf(ColumnValues other, int index) {
        require(kind == other.kind && index >= 0 && index < other.size);
        if (other.missing.get(index)) {
            addMissing();
        } else if (kind == Kind.TEXT) {
            add(other.texts.get(index));
        } else {
            addBits(other.bits[index]);
        }
    }

    private void addBits(long value) {
        if (size == bits.length) {
            bits = Arrays.copyOf(bits, Math.max(FIRST_ROOM, Math.addExact(size, size / 2)));
        }
        bits[size++] = value;
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalArgumentException("the value does not fit the column");
        }
    }

    public void addTo(Table.Builder table, String name) {
        switch (kind) {
            case TEXT -> table.texts(name, texts);
            case FLAG -> table.flags(name, flags());
            case NUMBER -> table.numbers(name, numbers());
            case INTEGER, UNSIGNED -> {
                long least = kind == Kind.UNSIGNED ? 0 : -EXACT;
                if (IntStream.range(0, size).allMatch(i -> bits[i] <= EXACT && bits[i] >= least)) {
                    table.numbers(name, numbers());
                } else {
                    table.texts(name, integers());
                }
            }
        }
    }

    private double[] numbers() {
        return IntStream.range(0, size)
                .mapToDouble(i -> {
                    if (missing.get(i)) {
                        return Double.NaN;
                    }
                    return kind == Kind.NUMBER ? Double.longBitsToDouble(bits[i]) : bits[i];
                })
                .toArray();
    }

    private List<@Nullable Boolean> flags() {
        List<@Nullable Boolean> flags = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            flags.add(missing.get(i) ? null : Boolean.valueOf(bits[i] != 0));
        }
        return flags;
    }

    private List<String> integers() {
        List<String> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            String text = kind == Kind.UNSIGNED ? Long.toUnsignedString(bits[i]) : Long.toString(bits[i]);
            all.add(missing.get(i) ? "" : text);
        }
        return all;
    }
}
