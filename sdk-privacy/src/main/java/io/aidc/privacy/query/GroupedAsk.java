package io.aidc.privacy.query;

import io.aidc.privacy.accounting.PrivacyEvent;
import io.aidc.privacy.noise.RandomBits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Named measures by group, released together: every measure gets an equal share of the price, and so does the choice of
 * the groups if it is private.
 */
record GroupedAsk<T, K>(
        PrivateRecords<T> records,
        Function<? super T, ? extends K> key,
        Groups<? super K> groups,
        Map<String, Measure<T, Estimate>> measures) {

    GroupedAsk {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures));
    }

    GroupedAsk<T, K> with(String name, Measure<T, Estimate> measure) {
        var more = new LinkedHashMap<>(measures);
        if (more.put(name, measure) != null) {
            throw new IllegalArgumentException("two numbers are named " + name);
        }
        return new GroupedAsk<>(records, key, groups, more);
    }

    <R> R payPublic(
            Price price,
            BiFunction<Map<K, Map<String, Estimate>>, Double, R> granted,
            BiFunction<Double, Double, R> refused) {
        Map<String, Measure.Tally<T, Estimate>> tallies = tallies(price.share(1.0 / parts()));
        return records.answer(
                price.event(),
                (bits, spent) -> granted.apply(read(cells(tallies, bits), tallies, bits), spent),
                refused);
    }

    <R> R paySelected(
            double epsilon,
            double delta,
            BiFunction<Map<K, Map<String, Estimate>>, Double, R> granted,
            BiFunction<Double, Double, R> refused) {
        Price share = Price.epsilon(epsilon).share(1.0 / parts());
        Map<String, Measure.Tally<T, Estimate>> tallies = tallies(share);
        PartitionSelection selection = selection(share, delta);
        return records.answer(
                new PrivacyEvent.ApproximateDp(epsilon, delta),
                (bits, spent) -> {
                    Map<K, Cell> cells = cells(tallies, bits);
                    cells.values().removeIf(cell -> !selection.keeps(cell.units, bits));
                    // the order of first appearance is private
                    return granted.apply(read(shuffled(cells, bits), tallies, bits), spent);
                },
                refused);
    }

    boolean selects() {
        return groups instanceof Groups.Selected;
    }

    private int parts() {
        return measures.size() + (selects() ? 1 : 0);
    }

    private Map<String, Measure.Tally<T, Estimate>> tallies(Price share) {
        var contribution =
                Measure.Contribution.ofGroups(records.budget().neighbours(), groupsOfOneUnit(), records.rowsPerGroup());
        var tallies = new LinkedHashMap<String, Measure.Tally<T, Estimate>>();
        measures.forEach((name, measure) -> tallies.put(name, measure.tally(contribution, share)));
        return tallies;
    }

    private PartitionSelection selection(Price share, double delta) {
        double changed = (double) Difference.units(records.budget().neighbours()) * groupsOfOneUnit();
        Price.Pure each = (Price.Pure) share.share(1 / changed);
        return new PartitionSelection(
                each.epsilon(), delta / changed * Price.ROUND_DOWN, ((Groups.Selected) groups).threshold());
    }

    private int groupsOfOneUnit() {
        return groups instanceof Groups.Listed<?> listed
                ? Math.min(records.groups(), listed.keys().size())
                : records.groups();
    }

    /** What one group adds up to. */
    private static final class Cell {
        private long units;
        private final List<List<ExactSum>> sums = new ArrayList<>();

        Cell(Iterable<? extends Measure.Tally<?, ?>> tallies) {
            tallies.forEach(tally -> sums.add(tally.zero()));
        }
    }

    private Map<K, Cell> cells(Map<String, Measure.Tally<T, Estimate>> tallies, RandomBits bits) {
        var cells = new LinkedHashMap<K, Cell>();
        listedKeys().forEach(listed -> cells.put(listed, new Cell(tallies.values())));
        records.forEachGroup(key, name -> selects() || cells.containsKey(name), bits, (group, rows) -> {
            Cell cell = cells.computeIfAbsent(group, name -> new Cell(tallies.values()));
            cell.units++;
            int at = 0;
            for (Measure.Tally<T, Estimate> tally : tallies.values()) {
                List<ExactSum> sums = cell.sums.get(at++);
                rows.forEach(row -> tally.adder().add(row, sums));
            }
        });
        return cells;
    }

    @SuppressWarnings("unchecked") // a listed key that is no K is equal to no record's key
    private List<K> listedKeys() {
        return groups instanceof Groups.Listed<?> listed ? (List<K>) listed.keys() : List.of();
    }

    private Map<K, Map<String, Estimate>> read(
            Map<K, Cell> cells, Map<String, Measure.Tally<T, Estimate>> tallies, RandomBits bits) {
        var answers = new LinkedHashMap<K, Map<String, Estimate>>();
        cells.forEach((group, cell) -> {
            var named = new LinkedHashMap<String, Estimate>();
            int at = 0;
            for (Map.Entry<String, Measure.Tally<T, Estimate>> tally : tallies.entrySet()) {
                named.put(tally.getKey(), tally.getValue().read(cell.sums.get(at++), bits));
            }
            answers.put(group, named);
        });
        return answers;
    }

    private static <K, V> Map<K, V> shuffled(Map<K, V> map, RandomBits bits) {
        List<K> keys = new ArrayList<>(map.keySet());
        for (int i = keys.size(); i > 1; i--) {
            Collections.swap(keys, i - 1, (int) bits.nextBelow(i));
        }
        var shuffled = new LinkedHashMap<K, V>();
        for (K key : keys) {
            shuffled.put(key, map.get(key));
        }
        return shuffled;
    }
}
