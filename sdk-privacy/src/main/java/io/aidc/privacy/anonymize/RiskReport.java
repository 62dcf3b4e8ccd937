package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The risk of finding people in a table before and after it was anonymised, in numbers and as a page to read.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="risk"}
 *
 * <p>Shows counts, shares and names of columns, no cell. Immutable.
 */
public final class RiskReport {
    private final Table release;
    private final View before;
    private final View after;
    private final Optional<ReidentificationRisk> journalist;
    private final double marketer;

    /** One table as the report sees it. */
    record View(
            int rows,
            int suppressed,
            List<Integer> classSizes,
            Map<String, Double> separations,
            ReidentificationRisk prosecutor) {
        static View of(Table table, Set<String> quasiIdentifiers, double threshold) {
            Classes classes = Verifier.classes(table, quasiIdentifiers);
            List<Integer> sizes = new ArrayList<>();
            for (int cls = 0; cls < classes.count(); cls++) {
                sizes.add(classes.size(cls));
            }
            Map<String, Double> separations = new LinkedHashMap<>();
            table.columns(quasiIdentifiers)
                    .forEach(column -> separations.put(column.name(), separation(column, classes)));
            return new View(
                    table.rows(),
                    classes.suppressed(),
                    sizes,
                    separations,
                    ReidentificationRisk.prosecutor(table, quasiIdentifiers, threshold));
        }

        int smallestClass() {
            return classSizes.stream().mapToInt(Integer::intValue).min().orElse(0);
        }

        /** The share of published rows in classes of a size from one number to another. */
        double shareInClasses(int from, int to) {
            long rows = classSizes.stream()
                    .filter(size -> size >= from && size <= to)
                    .mapToLong(Integer::longValue)
                    .sum();
            return rows / Math.max(1.0, (double) this.rows - suppressed);
        }
    }

    /** The chance that two published rows differ in a column (Motwani, Xu 2007). */
    private static double separation(Column column, Classes classes) {
        long[] counts = new long[column.size()];
        for (int row = 0; row < column.codes().length; row++) {
            counts[column.codes()[row]] += classes.classOf()[row] == Classes.SUPPRESSED ? 0 : 1;
        }
        double same = 0;
        for (long count : counts) {
            same += (double) count * (count - 1);
        }
        double rows = (double) column.codes().length - classes.suppressed();
        return rows < 2 ? 0 : 1 - same / (rows * (rows - 1));
    }

    private RiskReport(Table release, View before, View after) {
        this.release = release;
        this.before = before;
        this.after = after;
        journalist = Optional.empty();
        marketer = after.prosecutor.average();
    }

    private RiskReport(RiskReport other, ReidentificationRisk journalist, double marketer) {
        release = other.release;
        before = other.before;
        after = other.after;
        this.journalist = Optional.of(journalist);
        this.marketer = marketer;
    }

    /**
     * Compares two tables about the same people, the attacker knowing nobody else.
     *
     * @param original the table before
     * @param release the table after
     * @param quasiIdentifiers the columns that an attacker may know, at least one
     * @param threshold what chance of finding a person is too high, in [0, 1]; 0.09 and 0.2 are usual
     * @return the report
     * @throws IllegalArgumentException if a column is missing in a table, none is given, or the threshold is outside
     *     [0, 1]
     */
    public static RiskReport of(Table original, Table release, Set<String> quasiIdentifiers, double threshold) {
        return new RiskReport(
                release, View.of(original, quasiIdentifiers, threshold), View.of(release, quasiIdentifiers, threshold));
    }

    /**
     * Adds the population that the table was drawn from.
     *
     * @param population everybody who could be in the table, as coarse as the release, see {@link Anonymised#coarsened}
     * @return a report with the journalist's and marketer's risk
     * @throws IllegalArgumentException if a column is missing or a class has more rows than the population has people
     *     who fit
     */
    public RiskReport against(Table population) {
        Set<String> columns = after.separations.keySet();
        return new RiskReport(
                this,
                ReidentificationRisk.journalist(release, columns, population, after.prosecutor.threshold()),
                ReidentificationRisk.marketer(release, columns, population));
    }

    /**
     * Returns the prosecutor's risk in the original table.
     *
     * @return the risk of an attacker who knows that a person is in the table
     */
    public ReidentificationRisk before() {
        return before.prosecutor;
    }

    /**
     * Returns the prosecutor's risk in the released table.
     *
     * @return the risk of an attacker who knows that a person is in the table
     */
    public ReidentificationRisk after() {
        return after.prosecutor;
    }

    /**
     * Returns the journalist's risk in the released table.
     *
     * @return the risk of an attacker who does not know who is in the table; empty without a population
     */
    public Optional<ReidentificationRisk> journalist() {
        return journalist;
    }

    /**
     * Returns the marketer's risk in the released table.
     *
     * @return the share of rows that linking the population with the table gets right; without a population, linking
     *     just the people of the table
     */
    public double marketer() {
        return marketer;
    }

    /**
     * Writes the report as a page that needs nothing but a browser: no scripts, no links, no outside files.
     *
     * @return HTML
     */
    public String toHtml() {
        return new RiskPage(this, before, after).html();
    }

    @Override
    public String toString() {
        return "RiskReport[before=%s, after=%s]".formatted(before.prosecutor, after.prosecutor);
    }
}
