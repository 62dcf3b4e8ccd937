package io.aidc.privacy.query;

import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Records under a budget, with the unit whose presence is to be hidden and the bound on what one unit contributes.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="units"}
 *
 * <p>Without {@link #unit} every record is a unit, and {@link #boundedTo} is a promise of the caller. With it the bound
 * is enforced: of a unit with more rows or groups, a random choice is kept. That costs memory for the kept rows of
 * every unit. Functions given here run only once a query is granted, on the calling thread; what they throw is passed
 * on and the query stays paid. Immutable, but only as thread-safe as the records.
 *
 * @param <T> the type of a record
 */
public final class PrivateRecords<T> {
    private static final int MOST = 1_000_000;

    private final QueryBudget budget;
    private final Iterable<T> records;
    private final @Nullable Function<? super T, ?> unit;
    private final int groups;
    private final int rowsPerGroup;

    private PrivateRecords(
            QueryBudget budget,
            Iterable<T> records,
            @Nullable Function<? super T, ?> unit,
            int groups,
            int rowsPerGroup) {
        this.budget = budget;
        this.records = records;
        this.unit = unit;
        this.groups = groups;
        this.rowsPerGroup = rowsPerGroup;
    }

    /**
     * Puts records under a budget, each record being a unit of its own; {@code PrivacyBudget.from} does so.
     *
     * @param budget what queries are paid from
     * @param records what is asked about; read once by each granted query
     * @param <T> the type of a record
     * @return the records under that budget
     */
    public static <T> PrivateRecords<T> of(QueryBudget budget, Iterable<T> records) {
        return new PrivateRecords<>(
                Objects.requireNonNull(budget, "budget"), Objects.requireNonNull(records, "records"), null, 1, 1);
    }

    /**
     * Says whom a record is about. Records of one unit are bounded together.
     *
     * @param key the unit's identity, with {@code equals} and {@code hashCode}
     * @return the records with that unit
     */
    public PrivateRecords<T> unit(Function<? super T, ?> key) {
        return new PrivateRecords<>(budget, records, Objects.requireNonNull(key, "key"), groups, rowsPerGroup);
    }

    /**
     * Bounds what one unit contributes; one row in one group by default. More rows mean more noise.
     *
     * @param groups in how many groups of a histogram a unit may be, 1 to 1,000,000
     * @param rowsPerGroup how many rows of a unit count in each group, or in a query without groups, 1 to 1,000,000
     * @return the records with that bound
     * @throws IllegalArgumentException if a number is out of range
     */
    public PrivateRecords<T> boundedTo(int groups, int rowsPerGroup) {
        checkBound(groups, "groups");
        checkBound(rowsPerGroup, "rowsPerGroup");
        return new PrivateRecords<>(budget, records, unit, groups, rowsPerGroup);
    }

    /**
     * Prepares a count of rows.
     *
     * @return the query
     */
    public CountQuery count() {
        return new CountQuery(this);
    }

    /**
     * Prepares a sum.
     *
     * @param value what is added; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public SumQuery sum(ToDoubleFunction<? super T> value) {
        return new SumQuery(this, values(value), null);
    }

    /**
     * Prepares a mean.
     *
     * @param value what is averaged; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public MeanQuery mean(ToDoubleFunction<? super T> value) {
        return new MeanQuery(this, values(value), null);
    }

    /**
     * Prepares the means of several columns in one release.
     *
     * @param columns a row of numbers, the same length for every record; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public MeansQuery means(Function<? super T, double[]> columns) {
        return new MeansQuery(this, rows(columns), List.of());
    }

    /**
     * Prepares counts by group. Keys come from the caller, never from the data: what keys exist can be private.
     *
     * @param key the group of a record; records of other groups are left out
     * @param publicKeys the groups to count, all different; copied
     * @param <K> the type of the groups
     * @return the query
     * @throws IllegalArgumentException if there are no keys or one is there twice
     */
    public <K> HistogramQuery<K> histogram(Function<? super T, ? extends K> key, Collection<? extends K> publicKeys) {
        return HistogramQuery.of(this, key, publicKeys);
    }

    /**
     * Prepares a private search for bounds, for columns whose range is not public.
     *
     * @param columns how many numbers a row has, &ge; 1
     * @param row a row of numbers; NaN is left out
     * @return the query
     * @throws IllegalArgumentException if {@code columns} is less than 1
     */
    public BoundsQuery bounds(int columns, Function<? super T, double[]> row) {
        return new BoundsQuery(this, rows(row), columns);
    }

    QueryBudget budget() {
        return budget;
    }

    int rowsPerGroup() {
        return rowsPerGroup;
    }

    int groups() {
        return groups;
    }

    /** The rows that count where there are no groups. */
    Iterable<T> bounded(RandomBits bits) {
        if (unit == null) {
            return records;
        }
        var kept = new LinkedHashMap<Object, Reservoir<T>>();
        for (T record : records) {
            kept.computeIfAbsent(unit.apply(record), key -> new Reservoir<>(rowsPerGroup))
                    .offer(record, bits);
        }
        List<T> rows = new ArrayList<>();
        kept.values().forEach(reservoir -> rows.addAll(reservoir.kept()));
        return rows;
    }

    /** Adds to each group the rows that count there; groups that the map lacks are left out. */
    <K> void countByGroup(Function<? super T, ? extends K> group, Map<K, Long> counts, RandomBits bits) {
        if (unit == null) {
            for (T record : records) {
                counts.computeIfPresent(group.apply(record), (key, count) -> count + 1);
            }
            return;
        }
        var rowsByUnit = new LinkedHashMap<Object, Map<K, Long>>();
        for (T record : records) {
            K key = group.apply(record);
            if (counts.containsKey(key)) {
                rowsByUnit
                        .computeIfAbsent(unit.apply(record), name -> new LinkedHashMap<>())
                        .merge(key, 1L, (a, b) -> Math.min(a + b, rowsPerGroup));
            }
        }
        for (Map<K, Long> rows : rowsByUnit.values()) {
            var chosen = new Reservoir<K>(groups);
            rows.keySet().forEach(key -> chosen.offer(key, bits));
            chosen.kept().forEach(key -> counts.merge(key, rows.get(key), Long::sum));
        }
    }

    private BiConsumer<RandomBits, DoubleConsumer> values(ToDoubleFunction<? super T> value) {
        Objects.requireNonNull(value, "value");
        return (bits, action) -> bounded(bits).forEach(record -> action.accept(value.applyAsDouble(record)));
    }

    private BiConsumer<RandomBits, Consumer<double[]>> rows(Function<? super T, double[]> row) {
        Objects.requireNonNull(row, "row");
        return (bits, action) -> bounded(bits).forEach(record -> action.accept(row.apply(record)));
    }

    private static void checkBound(int value, String name) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException("%s must be in 1 to %d, got %d".formatted(name, MOST, value));
        }
    }
}
