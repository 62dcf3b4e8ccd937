package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A table that satisfies the models required, and what that cost.
 *
 * <p>Rows keep the order of the original table: if that order says something about people, sort or shuffle them before
 * publishing. Keep this object as secret as the original, which it refers to; publish only {@link #table()}. Immutable.
 */
public final class Anonymised implements Anonymisation {
    private final Table original;
    private final Table table;
    private final Recoding recoding;
    private final Map<String, Hierarchy> hierarchies;

    Anonymised(Table original, Table table, Recoding recoding, Map<String, Hierarchy> hierarchies) {
        this.original = original;
        this.table = table;
        this.recoding = recoding;
        this.hierarchies = hierarchies;
    }

    /**
     * Returns what may be published: all columns but the identifying ones, in the order of the original.
     *
     * @return the table
     */
    public Table table() {
        return table;
    }

    /**
     * Returns the quasi-identifiers.
     *
     * @return their names
     */
    public Set<String> quasiIdentifiers() {
        return Set.copyOf(hierarchies.keySet());
    }

    /**
     * Returns the level that each quasi-identifier shows.
     *
     * @return level by column, in the order of the table; empty after {@link Anonymizer#mondrian()}
     */
    public Map<String, Integer> levels() {
        return recoding.node();
    }

    /**
     * Returns the number of classes that were kept apart; in local recoding two of them may come to look alike.
     *
     * @return classes &ge; 0, suppressed rows not counted
     */
    public int classes() {
        return recoding.classes().count();
    }

    /**
     * Returns the number of rows that show nothing but {@code *}.
     *
     * @return rows &ge; 0
     */
    public int suppressed() {
        return recoding.classes().suppressed();
    }

    /**
     * Returns what was lost.
     *
     * @param measure any measure, not only the one that was made small
     * @return the loss, in the unit of the measure
     */
    public double loss(LossMeasure measure) {
        return recoding.loss(Objects.requireNonNull(measure, "measure"));
    }

    /**
     * Makes a population as coarse as the published table, to compare the two.
     *
     * @param population a raw table with the same quasi-identifiers
     * @return its quasi-identifiers, each at the level of {@link #levels()}
     * @throws IllegalStateException after {@link Anonymizer#mondrian()}
     * @throws IllegalArgumentException if a quasi-identifier is missing or has a value that its hierarchy does not
     *     cover
     */
    public Table coarsened(Table population) {
        Map<String, Integer> levels = levels();
        if (levels.isEmpty()) {
            throw new IllegalStateException("a population can be made as coarse only after optimal()");
        }
        List<Column> columns = new ArrayList<>();
        levels.forEach((name, level) -> {
            Column column = population.column(name);
            columns.add(Objects.requireNonNull(hierarchies.get(name)).on(column).column(level));
        });
        return new Table(population.rows(), columns);
    }

    /**
     * Measures how likely people are found in the original and in the published table.
     *
     * @param threshold what chance is too high, in [0, 1]; 0.09 and 0.2 are usual
     * @return the report
     * @throws IllegalArgumentException if the threshold is outside [0, 1]
     */
    public RiskReport risk(double threshold) {
        return RiskReport.of(original, table, quasiIdentifiers(), threshold);
    }

    @Override
    public String toString() {
        return "Anonymised[levels=%s, classes=%d, suppressed=%d]".formatted(levels(), classes(), suppressed());
    }
}
