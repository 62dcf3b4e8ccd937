package io.aidc.training.quality;

import java.util.LinkedHashMap;
import java.util.Map;

/** Compares a column with that of a reference table. */
final class DriftCheck {
    private static final int BINS = 10;

    private final Column reference;
    private final DriftLimit.Measure measure;
    private final boolean numeric;

    DriftCheck(String name, Column reference, DriftLimit.Measure measure) {
        this.reference = reference;
        this.measure = measure;
        this.numeric = reference.isNumeric();
        if (reference.present() == 0) {
            throw new IllegalArgumentException("reference column '" + name + "' has no cells");
        }
        if (measure.needsNumbers() && !numeric) {
            throw new IllegalArgumentException(
                    "%s needs numbers, but reference column '%s' has other cells".formatted(measure, name));
        }
    }

    /** Whether a cell of the other column cannot be compared. */
    boolean isWrong(Column current, int row) {
        return numeric && current.isWrong(row);
    }

    /** The measure, or NaN if there is nothing to compare. */
    double measure(Column current) {
        if (current.rows() == 0 || (measure.needsNumbers() && current.numbers().length == 0)) {
            return Double.NaN;
        }
        if (measure == DriftLimit.Measure.WASSERSTEIN) {
            return Drift.wasserstein(reference.numbers(), current.numbers());
        }
        if (measure == DriftLimit.Measure.KOLMOGOROV_SMIRNOV) {
            return Drift.kolmogorovSmirnov(reference.numbers(), current.numbers())
                    .pValue();
        }
        long[][] counts = numeric ? numberCounts(current) : categoryCounts(current);
        return switch (measure) {
            case POPULATION_STABILITY -> Drift.populationStability(counts[0], counts[1]);
            case JENSEN_SHANNON -> Drift.jensenShannon(counts[0], counts[1]);
            case TOTAL_VARIATION -> Drift.totalVariation(counts[0], counts[1]);
            case CHI_SQUARE -> Drift.chiSquare(counts[0], counts[1]).pValue();
            case WASSERSTEIN, KOLMOGOROV_SMIRNOV -> throw new AssertionError(measure);
        };
    }

    private long[][] numberCounts(Column current) {
        double[] edges = Drift.edges(reference.numbers(), BINS);
        return new long[][] {counts(reference, edges), counts(current, edges)};
    }

    private static long[] counts(Column column, double[] edges) {
        long[] bins = Drift.counts(column.numbers(), edges);
        long[] all = new long[bins.length + 1];
        System.arraycopy(bins, 0, all, 0, bins.length);
        all[bins.length] = (long) column.rows() - column.numbers().length;
        return all;
    }

    private long[][] categoryCounts(Column current) {
        Map<String, long[]> counts = new LinkedHashMap<>();
        count(reference, 0, counts);
        count(current, 1, counts);
        return new long[][] {
            counts.values().stream().mapToLong(pair -> pair[0]).toArray(),
            counts.values().stream().mapToLong(pair -> pair[1]).toArray()
        };
    }

    private static void count(Column column, int side, Map<String, long[]> counts) {
        for (int i = 0; i < column.rows(); i++) {
            // All missing cells are one category, however many blanks they hold.
            String category = column.isMissing(i) ? "" : column.text(i);
            counts.computeIfAbsent(category, key -> new long[2])[side]++;
        }
    }
}
