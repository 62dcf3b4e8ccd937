package io.aidc.privacy.anonymize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Turns models into tests of classes, given the table they are about. Immutable. */
final class Requirements {
    /** Slack for logarithms, so that equally frequent values reach their number. */
    private static final double ENTROPY_SLACK = 1e-12;

    private final Table table;
    private final int[] classOf;
    private final Function<Table, Population> populations;

    /**
     * @param classOf the rows that make up the whole table: those not {@link Classes#SUPPRESSED}; not copied
     * @param populations codes a population together with the table
     */
    Requirements(Table table, int[] classOf, Function<Table, Population> populations) {
        this.table = table;
        this.classOf = classOf;
        this.populations = populations;
    }

    Requirement of(PrivacyModel model) {
        if (model instanceof PrivacyModel.KAnonymity anonymity) {
            return new Size(anonymity.k());
        }
        if (model instanceof PrivacyModel.KMap map) {
            return new Mapped(populations.apply(map.population()), map.k());
        }
        if (model instanceof PrivacyModel.DeltaPresence presence) {
            return new Present(populations.apply(presence.population()), presence.min(), presence.max());
        }
        PrivacyModel.OfSensitive sensitive = (PrivacyModel.OfSensitive) model;
        return of(sensitive, table.column(sensitive.column()));
    }

    /** What a model demands of a node as a whole: with a least share of presence, that everybody fits a class. */
    Optional<Requirement> ofNode(PrivacyModel model) {
        return model instanceof PrivacyModel.DeltaPresence presence && presence.min() > 0
                ? Optional.of(new Covering(populations.apply(presence.population())))
                : Optional.empty();
    }

    private Requirement of(PrivacyModel.OfSensitive model, Column column) {
        if (model instanceof PrivacyModel.DistinctDiversity distinct) {
            return new Diverse(column, counts -> Diversity.distinct(counts) >= distinct.l(), true);
        }
        if (model instanceof PrivacyModel.EntropyDiversity entropy) {
            double least = Math.log(entropy.l()) - ENTROPY_SLACK;
            return new Diverse(column, counts -> Diversity.entropy(counts) >= least, false);
        }
        if (model instanceof PrivacyModel.RecursiveDiversity recursive) {
            return new Diverse(column, counts -> Diversity.recursive(counts, recursive.c(), recursive.l()), false);
        }
        if (model instanceof PrivacyModel.EqualCloseness equal) {
            return close(column.codes(), column.size(), EarthMover::equal, equal.t());
        }
        if (model instanceof PrivacyModel.OrderedCloseness ordered) {
            return close(places(column, ordered.order()), ordered.order().size(), EarthMover::ordered, ordered.t());
        }
        PrivacyModel.HierarchicalCloseness hierarchical = (PrivacyModel.HierarchicalCloseness) model;
        Generalisation generalisation = hierarchical.hierarchy().on(column);
        if (generalisation.size(generalisation.height()) > 1) {
            throw new IllegalArgumentException("the hierarchy of %s must end in a single group, got %d"
                    .formatted(column.name(), generalisation.size(generalisation.height())));
        }
        int[][] levels = generalisation.levels();
        return close(
                column.codes(), column.size(), surplus -> EarthMover.hierarchical(surplus, levels), hierarchical.t());
    }

    private Requirement close(int[] codes, int size, ToDoubleFunction<long[]> distance, double t) {
        int[] whole = IntStream.range(0, codes.length)
                .filter(row -> classOf[row] != Classes.SUPPRESSED)
                .toArray();
        return new Close(codes, counts(codes, size, whole), whole.length, distance, t);
    }

    /** Row → place of its value in an order. */
    private static int[] places(Column column, List<String> order) {
        Map<String, Integer> placeOf = new HashMap<>();
        order.forEach(value -> placeOf.put(value, placeOf.size()));
        int[] places = new int[column.size()];
        for (int code = 0; code < places.length; code++) {
            Integer place = placeOf.get(column.values().get(code));
            if (place == null) {
                throw new IllegalArgumentException("column %s, row %d: the value is not in the order"
                        .formatted(column.name(), column.rowOf(code)));
            }
            places[code] = place;
        }
        return IntStream.of(column.codes()).map(code -> places[code]).toArray();
    }

    private static int[] counts(int[] codes, int size, int[] rows) {
        int[] counts = new int[size];
        for (int row : rows) {
            counts[codes[row]]++;
        }
        return counts;
    }

    /** How often each value occurs that is there. */
    private static int[] runLengths(int[] sorted) {
        int[] lengths = new int[sorted.length];
        int runs = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                runs++;
            }
            lengths[runs - 1]++;
        }
        return Arrays.copyOf(lengths, runs);
    }

    private record Size(int k) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            return classes.size(cls) >= k;
        }

        @Override
        public boolean monotone() {
            return true;
        }
    }

    private record Diverse(Column column, Predicate<int[]> enough, boolean monotone) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            int[] codes = IntStream.of(classes.rows(cls))
                    .map(row -> column.codes()[row])
                    .sorted()
                    .toArray();
            return enough.test(runLengths(codes));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Close(int[] codes, int[] whole, int total, ToDoubleFunction<long[]> distance, double t)
            implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            int[] rows = classes.rows(cls);
            int[] counts = counts(codes, whole.length, rows);
            long[] surplus = new long[counts.length];
            Arrays.setAll(surplus, i -> (long) counts[i] * total - (long) whole[i] * rows.length);
            return distance.applyAsDouble(surplus) / ((double) total * rows.length) <= t;
        }

        @Override
        public boolean monotone() {
            return false;
        }
    }

    private record Mapped(Population population, int k) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            throw new IllegalStateException("k-map is about one node");
        }

        @Override
        public Requirement at(int[] node) {
            Population.Matches matches = population.at(node);
            return new AtNode((classes, cls) -> matches.people(classes.first(cls)) >= k, true);
        }

        @Override
        public boolean monotone() {
            return true;
        }
    }

    private record Present(Population population, double min, double max) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            throw new IllegalStateException("δ-presence is about one node");
        }

        @Override
        public Requirement at(int[] node) {
            Population.Matches matches = population.at(node);
            return new AtNode(
                    (classes, cls) -> {
                        double present = (double) classes.size(cls) / matches.people(classes.first(cls));
                        return min <= present && present <= max;
                    },
                    false);
        }

        @Override
        public boolean monotone() {
            return false;
        }
    }

    private record Covering(Population population) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            throw new IllegalStateException("δ-presence is about one node");
        }

        @Override
        public Requirement at(int[] node) {
            boolean everybody = population.at(node).absent(new int[population.tableRows()]) == 0;
            return new AtNode((classes, cls) -> everybody, true);
        }

        @Override
        public boolean monotone() {
            return true;
        }
    }

    private interface Test {
        boolean holds(Classes classes, int cls);
    }

    private record AtNode(Test test, boolean monotone) implements Requirement {
        @Override
        public boolean holds(Classes classes, int cls) {
            return test.holds(classes, cls);
        }
    }
}
