package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records under a budget, with the unit whose presence is to be hidden and the bound on what one unit contributes.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="units"}
 *
 * <p>Without {@link #unit} every record is a unit, and {@link #boundedTo} is a promise of the caller. With it the bound
 * is enforced: of a unit with more rows or groups, a random choice is kept. That costs memory for the kept rows of
 * every unit. Functions given here run only once a query is granted, on the calling thread; what they throw is passed
 * on and the query stays paid. An exception, or its message, can tell whatever the data tell and is covered by no
 * guarantee: it is for the operator, not for those who see answers. Immutable, but only as thread-safe as the records.
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
     * Puts a stream of records under a budget; {@code PrivacyBudget.from} does so. The first granted query reads it;
     * any later one fails before it is paid for. A refused query leaves it unread.
     *
     * @param budget what the query is paid from
     * @param records what is asked about; not closed
     * @param <T> the type of a record
     * @return the records under that budget
     * @throws IllegalStateException if the stream was used before
     */
    public static <T> PrivateRecords<T> of(QueryBudget budget, Stream<T> records) {
        return of(budget, new ReadOnce<>(Objects.requireNonNull(records, "records")));
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
        return new CountQuery(price -> ask(Measure.count(), price));
    }

    /**
     * Prepares a count of units, each counting once however many rows it has.
     *
     * @return the query
     * @throws IllegalStateException if {@link #unit} is missing although rows are bounded to more than one
     */
    public CountQuery distinctUnits() {
        requireUnits("counting units");
        return new PrivateRecords<>(budget, records, unit, groups, 1).count();
    }

    /**
     * Prepares a sum.
     *
     * @param value what is added; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public SumQuery sum(ToDoubleFunction<? super T> value) {
        return new SumQuery(clamped(value, Clamp::missingAsZero, Measure::sum));
    }

    /**
     * Prepares a mean.
     *
     * @param value what is averaged; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public MeanQuery mean(ToDoubleFunction<? super T> value) {
        return new MeanQuery(clamped(value, Clamp::missingAsMiddle, Measure::mean));
    }

    /**
     * Prepares a variance.
     *
     * @param value whose variance; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public VarianceQuery variance(ToDoubleFunction<? super T> value) {
        return new VarianceQuery(clamped(value, Clamp::missingAsMiddle, Measure::variance));
    }

    /**
     * Prepares quantiles, all for one payment.
     *
     * @param value whose quantiles; NaN and infinities are allowed
     * @param ranks which ones, each in [0, 1]: 0.5 is the median; at least one; copied
     * @return the query, which still needs bounds
     * @throws IllegalArgumentException if there is no rank or one is outside [0, 1]
     */
    public QuantilesQuery quantiles(ToDoubleFunction<? super T> value, double... ranks) {
        Objects.requireNonNull(value, "value");
        double[] wanted = Checks.ranks(ranks);
        return new QuantilesQuery(ClampedAsk.of(
                Clamp::missingAsMiddle,
                (bounds, price) -> askTree(value, ((ClampedAsk.Given) bounds).clamp(), price, wanted)));
    }

    /**
     * Prepares the means of several columns in one release.
     *
     * @param columns a row of numbers, the same length for every record; NaN and infinities are allowed
     * @return the query, which still needs bounds
     */
    public MeansQuery means(Function<? super T, double[]> columns) {
        Objects.requireNonNull(columns, "columns");
        return new MeansQuery(
                (clamps, price) -> ask(
                        MeansQuery.measure(columns, clamps),
                        price,
                        VectorRelease.Granted::new,
                        VectorRelease.Refused::new),
                List.of());
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
        Objects.requireNonNull(key, "key");
        return HistogramQuery.of(new GroupedAsk<T, K>(this, key, Groups.<K>of(publicKeys), Map.of()));
    }

    /**
     * Prepares several numbers by group, in one release.
     *
     * @param key the group of a record; records of groups that are not listed, or whose key is null, are left out
     * @param groups which groups to answer for
     * @param <K> the type of the groups
     * @return the query, which still needs numbers to be asked for
     */
    public <K> GroupQuery<T, K> groupBy(Function<? super T, ? extends K> key, Groups<? super K> groups) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(groups, "groups");
        return new GroupQuery<>(new GroupedAsk<T, K>(this, key, groups, Map.of()));
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
        Objects.requireNonNull(row, "row");
        if (columns < 1) {
            throw new IllegalArgumentException("columns must be >= 1, got " + columns);
        }
        return new BoundsQuery(price -> askBounds(columns, row, price));
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

    /** Fails if records of one unit cannot be told to be so. */
    void requireUnits(String purpose) {
        if (unit == null && rowsPerGroup > 1) {
            throw new IllegalStateException(
                    "%s needs unit(...), rows being bounded to %d".formatted(purpose, rowsPerGroup));
        }
    }

    /** Pays, then runs; records that can be read only once are claimed before. */
    <R> R answer(PrivacyEvent event, BiFunction<RandomBits, Double, R> query, BiFunction<Double, Double, R> refusal) {
        if (!(records instanceof ReadOnce<T> once)) {
            return budget.answer(event, query, refusal);
        }
        once.take();
        var granted = new AtomicBoolean();
        try {
            return budget.answer(
                    event,
                    (bits, spent) -> {
                        granted.set(true);
                        return query.apply(bits, spent);
                    },
                    refusal);
        } finally {
            if (!granted.get()) {
                once.giveBack();
            }
        }
    }

    /** Calls back with the rows of one unit that count in one group, for each unit and group. */
    <K> void forEachGroup(
            Function<? super T, ? extends K> group,
            Predicate<K> wanted,
            RandomBits bits,
            BiConsumer<K, List<T>> action) {
        var byUnit = new LinkedHashMap<Object, Map<K, Reservoir<T>>>();
        for (T record : records) {
            @Nullable K key = group.apply(record);
            if (key == null || !wanted.test(key)) {
                continue;
            }
            if (unit == null) {
                action.accept(key, List.of(record));
            } else {
                byUnit.computeIfAbsent(unit.apply(record), name -> new LinkedHashMap<>())
                        .computeIfAbsent(key, name -> new Reservoir<>(rowsPerGroup))
                        .offer(record, bits);
            }
        }
        for (Map<K, Reservoir<T>> rows : byUnit.values()) {
            var chosen = new Reservoir<Map.Entry<K, Reservoir<T>>>(groups);
            rows.entrySet().forEach(entry -> chosen.offer(entry, bits));
            chosen.kept()
                    .forEach(entry ->
                            action.accept(entry.getKey(), entry.getValue().kept()));
        }
    }

    /** The rows that count where there are no groups. */
    private Iterable<T> bounded(RandomBits bits) {
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

    private Release ask(Measure<T, Estimate> measure, Price price) {
        return ask(measure, price, Release.Granted::new, Release.Refused::new);
    }

    private <A, R> R ask(
            Measure<T, A> measure,
            Price price,
            BiFunction<A, Double, R> granted,
            BiFunction<Double, Double, R> refused) {
        Measure.Tally<T, A> tally = measure.tally(contribution(), price);
        return answer(price.event(), (bits, spent) -> granted.apply(tally.of(bounded(bits), bits), spent), refused);
    }

    /** A measure of one number a row, for any type of rows. */
    @FunctionalInterface
    private interface Clamped {
        <R> Measure<R, Estimate> of(ToDoubleFunction<? super R> value, Clamp clamp);
    }

    private ClampedAsk<Release> clamped(ToDoubleFunction<? super T> value, ClampedAsk.Rule rule, Clamped measure) {
        Objects.requireNonNull(value, "value");
        return ClampedAsk.of(
                rule,
                (bounds, price) -> bounds instanceof ClampedAsk.Given given
                        ? ask(measure.of(value, given.clamp()), price)
                        : askWithin((ClampedAsk.Found) bounds, value, measure, price));
    }

    private Release askWithin(
            ClampedAsk.Found bounds, ToDoubleFunction<? super T> value, Clamped measure, Price price) {
        var search = new BoundsSearch(1, price.share(bounds.share()).noise(boundsSensitivity(1)));
        Price rest = price.share(1 - bounds.share());
        return answer(
                price.event(),
                (bits, spent) -> {
                    List<Double> values = new ArrayList<>();
                    bounded(bits).forEach(row -> values.add(value.applyAsDouble(row)));
                    values.forEach(search::add);
                    Interval found = search.find(bits).get(0);
                    Clamp clamp = bounds.rule().clamp(found.lower(), found.upper());
                    Measure<Double, Estimate> within = measure.of(Double::doubleValue, clamp);
                    return new Release.Granted(
                            within.tally(contribution(), rest).of(values, bits), spent, Optional.of(found));
                },
                Release.Refused::new);
    }

    private BoundsRelease askBounds(int columns, Function<? super T, double[]> row, Price price) {
        Noise noise = price.noise(boundsSensitivity(columns));
        return answer(
                price.event(),
                (bits, spent) -> {
                    var search = new BoundsSearch(columns, noise);
                    bounded(bits).forEach(record -> search.add(row.apply(record)));
                    List<Interval> found = search.find(bits);
                    return new BoundsRelease.Granted(
                            found.stream().mapToDouble(Interval::lower).toArray(),
                            found.stream().mapToDouble(Interval::upper).toArray(),
                            spent);
                },
                BoundsRelease.Refused::new);
    }

    private VectorRelease askTree(ToDoubleFunction<? super T> value, Clamp clamp, Price price, double[] ranks) {
        Noise noise = price.noise(RankTree.sensitivity(budget.neighbours(), rowsPerGroup));
        return answer(
                price.event(),
                (bits, spent) -> {
                    var tree = new RankTree(clamp, noise);
                    bounded(bits).forEach(row -> tree.add(value.applyAsDouble(row)));
                    tree.addNoise(bits);
                    return new VectorRelease.Granted(tree.estimates(ranks), spent);
                },
                VectorRelease.Refused::new);
    }

    private Measure.Contribution contribution() {
        return Measure.Contribution.ofRows(budget.neighbours(), rowsPerGroup);
    }

    private Sensitivity boundsSensitivity(int columns) {
        return BoundsSearch.sensitivity(budget.neighbours(), columns, rowsPerGroup);
    }

    private static void checkBound(int value, String name) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException("%s must be in 1 to %d, got %d".formatted(name, MOST, value));
        }
    }
}
