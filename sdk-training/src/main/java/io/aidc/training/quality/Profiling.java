package io.aidc.training.quality;

import io.aidc.training.Table;
import io.aidc.training.internal.SortedNumbers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes the figures of a {@link DataReport} from a table. */
final class Profiling {
    private static final int BINS = 20;

    private final Table table;
    private final List<ColumnProfile> profiles = new ArrayList<>();
    private final Map<String, Column> numeric = new LinkedHashMap<>();

    private Profiling(Table table) {
        this.table = table;
    }

    static Profiling of(Table table) {
        var profiling = new Profiling(table);
        for (String name : table.columns()) {
            profiling.add(name, Column.of(table, name));
        }
        return profiling;
    }

    DataReport report(List<ColumnProfile.Category> classes) {
        return new DataReport(table.rows(), profiles, duplicateRows(), correlations(), classes);
    }

    static List<ColumnProfile.Category> classes(Table table, String label) {
        return counted(Column.of(table, label));
    }

    private void add(String name, Column column) {
        if (column.present() == 0) {
            profiles.add(new ColumnProfile.Empty(name, column.missing()));
        } else if (column.isNumeric()) {
            profiles.add(numbers(name, column));
            numeric.put(name, column);
        } else {
            List<ColumnProfile.Category> counted = counted(column);
            profiles.add(new ColumnProfile.Categories(
                    name,
                    column.missing(),
                    counted.size(),
                    counted.subList(0, Math.min(DataReport.MOST_COMMON, counted.size()))));
        }
    }

    private static ColumnProfile numbers(String name, Column column) {
        double[] values = column.numbers();
        SortedNumbers sorted = SortedNumbers.of(values);
        return new ColumnProfile.Numbers(
                name,
                column.missing(),
                (int) Arrays.stream(values).distinct().count(),
                sorted.min(),
                sorted.max(),
                sorted.mean(),
                sorted.sampleDeviation(),
                new ColumnProfile.Quantiles(
                        sorted.quantile(0.05),
                        sorted.quantile(0.25),
                        sorted.quantile(0.5),
                        sorted.quantile(0.75),
                        sorted.quantile(0.95)),
                histogram(values, sorted.min(), sorted.max()));
    }

    private static ColumnProfile.Histogram histogram(double[] values, double low, double high) {
        // A range beyond float64, or of no width, has no bins to speak of.
        int bins = high > low && Double.isFinite(high - low) ? BINS : 1;
        Integer[] counts = new Integer[bins];
        Arrays.fill(counts, 0);
        for (double value : values) {
            int bin = bins == 1 ? 0 : Math.min(bins - 1, (int) ((value - low) / (high - low) * bins));
            counts[bin]++;
        }
        return new ColumnProfile.Histogram(low, high, List.of(counts));
    }

    /** Texts by falling count; those of one count by their order, so that two runs agree. */
    private static List<ColumnProfile.Category> counted(Column column) {
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < column.rows(); i++) {
            if (!column.isMissing(i)) {
                counts.merge(column.text(i), 1, Integer::sum);
            }
        }
        return counts.entrySet().stream()
                .map(entry -> new ColumnProfile.Category(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingInt(ColumnProfile.Category::count)
                        .reversed()
                        .thenComparing(ColumnProfile.Category::value))
                .toList();
    }

    private int duplicateRows() {
        List<List<String>> columns = table.columns().stream().map(table::texts).toList();
        Set<List<String>> seen = new HashSet<>();
        int repeated = 0;
        for (int i = 0; i < table.rows(); i++) {
            int row = i;
            if (!seen.add(columns.stream().map(cells -> cells.get(row)).toList())) {
                repeated++;
            }
        }
        return repeated;
    }

    private List<DataReport.Correlation> correlations() {
        List<String> names =
                numeric.keySet().stream().limit(DataReport.CORRELATED_COLUMNS).toList();
        List<Column> columns =
                numeric.values().stream().limit(DataReport.CORRELATED_COLUMNS).toList();
        List<DataReport.Correlation> strong = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            for (int j = i + 1; j < names.size(); j++) {
                double coefficient = pearson(columns.get(i), columns.get(j));
                if (Math.abs(coefficient) >= DataReport.STRONG) {
                    strong.add(new DataReport.Correlation(names.get(i), names.get(j), coefficient));
                }
            }
        }
        // The sort is stable: equal strengths keep the order of columns.
        strong.sort(Comparator.comparingDouble(pair -> -Math.abs(pair.coefficient())));
        return strong;
    }

    /** Pearson's coefficient over rows that have both; NaN if one does not vary. Means first, then products: two passes. */
    private static double pearson(Column a, Column b) {
        int both = 0;
        double sumA = 0;
        double sumB = 0;
        for (int i = 0; i < a.rows(); i++) {
            if (!Double.isNaN(a.number(i)) && !Double.isNaN(b.number(i))) {
                both++;
                sumA += a.number(i);
                sumB += b.number(i);
            }
        }
        double squaresA = 0;
        double squaresB = 0;
        double products = 0;
        for (int i = 0; i < a.rows(); i++) {
            if (!Double.isNaN(a.number(i)) && !Double.isNaN(b.number(i))) {
                double fromA = a.number(i) - sumA / both;
                double fromB = b.number(i) - sumB / both;
                squaresA += fromA * fromA;
                squaresB += fromB * fromB;
                products += fromA * fromB;
            }
        }
        double size = Math.sqrt(squaresA) * Math.sqrt(squaresB);
        // Two points always lie on a line.
        return size > 0 && both > 2 ? Math.max(-1, Math.min(1, products / size)) : Double.NaN;
    }
}
