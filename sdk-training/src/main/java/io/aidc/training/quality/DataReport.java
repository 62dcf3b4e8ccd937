package io.aidc.training.quality;

import io.aidc.training.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Describes a table: what each column holds, what is missing, what repeats and what moves together.
 *
 * {@snippet class="io.aidc.training.quality.QualitySnippetsTest" region="report"}
 *
 * <p>It shows extreme numbers and common texts, and these may be about single persons: {@link #withoutValues()} leaves them
 * out.
 *
 * @param rows how many rows the table has
 * @param columns one profile for each column, in the order of the header
 * @param duplicateRows how many rows repeat an earlier one in every cell
 * @param correlations pairs of number columns with a Pearson coefficient of at least {@value #STRONG} in size, the strongest
 *     first; among the first {@value #CORRELATED_COLUMNS} number columns
 * @param classes how many rows each class has, the greatest first; empty if no label was named
 */
public record DataReport(
        int rows,
        List<ColumnProfile> columns,
        int duplicateRows,
        List<Correlation> correlations,
        List<ColumnProfile.Category> classes) {
    /** How many texts of a column are listed at most. */
    public static final int MOST_COMMON = 10;

    /** From which size on a correlation counts as strong. */
    public static final double STRONG = 0.8;

    /** How many number columns are correlated at most, since the time grows with the square. */
    public static final int CORRELATED_COLUMNS = 200;

    /** The smallest count of a text or class that {@link #withoutValues()} still shows. */
    public static final int SMALLEST_SHOWN_COUNT = 5;

    /** Copies the lists. */
    public DataReport {
        columns = List.copyOf(columns);
        correlations = List.copyOf(correlations);
        classes = List.copyOf(classes);
    }

    /**
     * Says how strongly two columns move together.
     *
     * @param first the name of one
     * @param second the name of the other
     * @param coefficient Pearson's, in [-1, 1], over the rows where neither is missing
     */
    public record Correlation(String first, String second, double coefficient) {}

    /**
     * Describes a table. O(rows · columns), and O(rows · numbers²) for the correlations of its number columns.
     *
     * @param table the data
     * @return the report, with no class balance
     */
    public static DataReport of(Table table) {
        return Profiling.of(table).report(List.of());
    }

    /**
     * Describes a table with a column of classes.
     *
     * @param table the data
     * @param label the column of classes, which may look like numbers; missing cells are left out of the balance
     * @return the report
     * @throws IllegalArgumentException if there is no such column
     */
    public static DataReport of(Table table, String label) {
        return Profiling.of(table).report(Profiling.classes(table, label));
    }

    /**
     * Says how uneven the classes are, among those that the report lists.
     *
     * @return the rows of the greatest class for each row of the smallest, ≥ 1; NaN if no label was named
     */
    public double imbalance() {
        if (classes.isEmpty()) {
            return Double.NaN;
        }
        return (double) classes.get(0).count() / classes.get(classes.size() - 1).count();
    }

    /**
     * Lists columns that tell no row from another.
     *
     * @return their names
     */
    public List<String> constantColumns() {
        return columns.stream()
                .filter(ColumnProfile::constant)
                .map(ColumnProfile::name)
                .toList();
    }

    /**
     * Leaves out what is one row's or could name a person: texts are replaced by their rank, those that stand in fewer than
     * {@value #SMALLEST_SHOWN_COUNT} cells are dropped, as are extreme numbers, all quantiles but the median, and
     * histograms. This is not anonymisation: column names, counts, means and medians remain.
     *
     * @return a report with less in it
     */
    public DataReport withoutValues() {
        List<ColumnProfile> bare = new ArrayList<>();
        for (ColumnProfile column : columns) {
            bare.add(withoutValues(column));
        }
        return new DataReport(rows, bare, duplicateRows, correlations, ranked(classes));
    }

    private static ColumnProfile withoutValues(ColumnProfile column) {
        double none = Double.NaN;
        if (column instanceof ColumnProfile.Numbers n) {
            return new ColumnProfile.Numbers(
                    n.name(),
                    n.missing(),
                    n.distinct(),
                    none,
                    none,
                    n.mean(),
                    n.standardDeviation(),
                    new ColumnProfile.Quantiles(none, none, n.quantiles().median(), none, none),
                    new ColumnProfile.Histogram(none, none, List.of()));
        }
        if (column instanceof ColumnProfile.Categories c) {
            return new ColumnProfile.Categories(c.name(), c.missing(), c.distinct(), ranked(c.mostCommon()));
        }
        return column;
    }

    private static List<ColumnProfile.Category> ranked(List<ColumnProfile.Category> categories) {
        List<ColumnProfile.Category> ranked = new ArrayList<>();
        for (ColumnProfile.Category category : categories) {
            if (category.count() >= SMALLEST_SHOWN_COUNT) {
                ranked.add(new ColumnProfile.Category("#" + (ranked.size() + 1), category.count()));
            }
        }
        return ranked;
    }

    /**
     * Writes the report as plain text, one line a column.
     *
     * @return lines parted by line feeds
     */
    public String text() {
        return ReportText.of(this);
    }

    /**
     * Writes the report as a page that stands alone: pictures are inline SVG, there is no script and no reference to
     * anything outside, and all names and texts are escaped.
     *
     * @param title what the page is called
     * @return HTML, to be stored in UTF-8
     */
    public String html(String title) {
        return ReportPage.of(this, Objects.requireNonNull(title, "title"));
    }
}
