package io.aidc.training.quality;

import java.util.List;
import java.util.Objects;

/** Describes one column of a {@link DataReport}. */
public sealed interface ColumnProfile {
    /**
     * Gives the name.
     *
     * @return as the header has it
     */
    String name();

    /**
     * Counts the missing cells.
     *
     * @return how many cells are empty or blank, ≥ 0
     */
    int missing();

    /**
     * Counts the values that differ from each other.
     *
     * @return how many, ≥ 0; missing cells do not count
     */
    int distinct();

    /**
     * Says whether the column tells no row from another.
     *
     * @return true if there is at most one value and no cell, or every cell, is missing
     */
    default boolean constant() {
        return distinct() == 0 || (distinct() == 1 && missing() == 0);
    }

    /**
     * Describes a column of which every cell is missing.
     *
     * @param name as the header has it
     * @param missing how many cells there are
     */
    record Empty(String name, int missing) implements ColumnProfile {
        @Override
        public int distinct() {
            return 0;
        }
    }

    /**
     * Describes a column of which every cell that is there is a number.
     *
     * @param name as the header has it
     * @param missing how many cells are missing
     * @param distinct how many numbers differ
     * @param min the smallest; NaN if left out
     * @param max the greatest; NaN if left out
     * @param mean the arithmetic mean
     * @param standardDeviation that of the sample, divided by n − 1; 0 for a single number
     * @param quantiles by linear interpolation
     * @param histogram the numbers in bins of one width
     */
    record Numbers(
            String name,
            int missing,
            int distinct,
            double min,
            double max,
            double mean,
            double standardDeviation,
            Quantiles quantiles,
            Histogram histogram)
            implements ColumnProfile {
        /** Checks that nothing is null. */
        public Numbers {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(quantiles, "quantiles");
            Objects.requireNonNull(histogram, "histogram");
        }
    }

    /**
     * Describes a column with texts.
     *
     * @param name as the header has it
     * @param missing how many cells are missing
     * @param distinct how many texts differ
     * @param mostCommon the most common texts, at most {@value DataReport#MOST_COMMON}, the most common first
     */
    record Categories(String name, int missing, int distinct, List<Category> mostCommon) implements ColumnProfile {
        /** Copies the list. */
        public Categories {
            Objects.requireNonNull(name, "name");
            mostCommon = List.copyOf(mostCommon);
        }
    }

    /**
     * Counts one text.
     *
     * @param value the text; a number sign and its rank if left out
     * @param count in how many cells it stands
     */
    record Category(String value, int count) {}

    /**
     * Holds quantiles of the numbers; NaN if left out.
     *
     * @param p05 that below which lie 5 %
     * @param p25 the lower quartile
     * @param median the median
     * @param p75 the upper quartile
     * @param p95 that below which lie 95 %
     */
    record Quantiles(double p05, double p25, double median, double p75, double p95) {}

    /**
     * Counts numbers in bins of one width.
     *
     * @param low the lower edge of the first bin; NaN if left out
     * @param high the upper edge of the last bin, which belongs to it; NaN if left out
     * @param counts how many numbers are in each bin; empty if left out
     */
    record Histogram(double low, double high, List<Integer> counts) {
        /** Copies the list. */
        public Histogram {
            counts = List.copyOf(counts);
        }
    }
}
