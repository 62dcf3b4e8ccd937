package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A hierarchy on one column, in numbers. Immutable; the arrays are shared, not to be modified. */
final class Generalisation {
    private final Column column;
    private final Hierarchy.Paths paths;
    private final int[][] levels;
    private final List<List<String>> labels;

    private Generalisation(Column column, Hierarchy.Paths paths, int[][] levels, List<List<String>> labels) {
        this.column = column;
        this.paths = paths;
        this.levels = levels;
        this.labels = labels;
    }

    static Generalisation of(int height, Hierarchy.Paths paths, Column column) {
        int[][] levels = new int[height + 1][column.size()];
        List<Map<String, Integer>> codes = new ArrayList<>();
        for (int level = 0; level <= height; level++) {
            codes.add(new HashMap<>());
        }
        List<List<String>> labels =
                codes.stream().<List<String>>map(ignored -> new ArrayList<>()).toList();
        for (int code = 0; code < column.size(); code++) {
            List<String> path = paths.of(column.values().get(code));
            if (path.isEmpty()) {
                throw new IllegalArgumentException("column %s, row %d: the value is not covered by the hierarchy"
                        .formatted(column.name(), column.rowOf(code)));
            }
            for (int level = 0; level <= height; level++) {
                Map<String, Integer> known = codes.get(level);
                Integer seen = known.putIfAbsent(path.get(level), known.size());
                if (seen == null) {
                    labels.get(level).add(path.get(level));
                }
                levels[level][code] = seen == null ? known.size() - 1 : seen;
            }
        }
        return new Generalisation(column, paths, levels, labels);
    }

    Column column() {
        return column;
    }

    /** Level → code of the column → code on that level; level 0 leaves codes as they are. */
    int[][] levels() {
        return levels;
    }

    int height() {
        return levels.length - 1;
    }

    /** The number of groups on a level. */
    int size(int level) {
        return labels.get(level).size();
    }

    String label(int level, int code) {
        return labels.get(level).get(code);
    }

    /** The column with its values on a level. */
    Column column(int level) {
        return Column.of(
                column.name(),
                Arrays.stream(column.codes())
                        .mapToObj(code -> label(level, levels[level][code]))
                        .toList());
    }

    /** The column as algorithms see it: on an axis of numbers if the values are numbers. */
    Dimension dimension() {
        return paths.numbers()
                .map(numbers -> Dimension.numeric(
                        column.codes(),
                        levels,
                        column.values().stream().mapToDouble(numbers).toArray()))
                .orElseGet(() -> Dimension.categorical(column.codes(), levels, places()));
    }

    /** Code of the column → its place when values are in the order of the hierarchy with every group side by side. */
    private int[] places() {
        List<Integer> codes =
                new ArrayList<>(IntStream.range(0, column.size()).boxed().toList());
        codes.sort(Comparator.comparing(column.values()::get, paths.order()));
        for (int level = 1; level <= height(); level++) {
            int[] group = levels[level];
            int[] first = new int[size(level)];
            for (int place = codes.size() - 1; place >= 0; place--) {
                first[group[codes.get(place)]] = place;
            }
            codes.sort(Comparator.comparingInt(code -> first[group[code]]));
        }
        int[] places = new int[codes.size()];
        for (int place = 0; place < places.length; place++) {
            places[codes.get(place)] = place;
        }
        return places;
    }

    /** A label for all values from one code of the column to another: a range of numbers, or the closest common group. */
    String rangeLabel(int low, int high) {
        if (low == high) {
            return label(0, low);
        }
        List<String> range =
                paths.range(column.values().get(low), column.values().get(high));
        if (!range.isEmpty()) {
            return range.get(0);
        }
        for (int level = 1; level <= height(); level++) {
            if (levels[level][low] == levels[level][high]) {
                return label(level, levels[level][low]);
            }
        }
        return Hierarchy.ANY;
    }
}
