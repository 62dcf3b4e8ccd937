package io.aidc.training.quality;

import io.aidc.training.Table;
import io.aidc.training.internal.SortedNumbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Lists what a table must be like before a model may learn from it; the names are those of Deequ.
 *
 * {@snippet class="io.aidc.training.quality.QualitySnippetsTest" region="checks"}
 *
 * <p>A cell is missing if it is empty or blank. Missing cells break {@link #isComplete}, {@link #hasCompleteness} and
 * {@link #isPrimaryKey} only; the other checks pass over them. Where numbers are needed, a cell that is no finite decimal
 * number breaks the check. Texts are compared as they stand, so that {@code 1} and {@code 1.0} are two values to
 * {@link #isUnique}. A column that the table lacks fails its check; a share of no cells at all is 1.
 *
 * <p>Confined: one thread at a time. A list may be run on many tables, and added to between runs.
 *
 * @see <a href="https://doi.org/10.14778/3229863.3229867">Schelter et al. 2018, Automating large-scale data quality
 *     verification, Table 1</a>
 */
public final class DataChecks {
    private final List<Check> checks = new ArrayList<>();

    private DataChecks() {}

    /** One check, ready to run. */
    @FunctionalInterface
    private interface Check {
        CheckResult run(Table table);
    }

    /** What a check of one column finds. */
    private record Finding(double measured, boolean passed, Offenders offenders) {}

    /** A check of one column. */
    @FunctionalInterface
    private interface ColumnCheck {
        Finding run(Column column);
    }

    /**
     * Begins a list of checks.
     *
     * @return a list of none
     */
    public static DataChecks of() {
        return new DataChecks();
    }

    /**
     * Asks for a number of rows; measured is that number.
     *
     * @param atLeast the fewest allowed, ≥ 0
     * @param atMost the most allowed
     * @return this
     * @throws IllegalArgumentException if the bounds are negative or out of order
     */
    public DataChecks hasSize(int atLeast, int atMost) {
        if (atLeast < 0 || atMost < atLeast) {
            throw new IllegalArgumentException(
                    "size must be bounded by 0 <= atLeast <= atMost, got %d and %d".formatted(atLeast, atMost));
        }
        checks.add(table -> new CheckResult(
                "hasSize",
                "",
                table.rows() >= atLeast && table.rows() <= atMost,
                table.rows(),
                "in [%d, %d]".formatted(atLeast, atMost),
                0,
                List.of()));
        return this;
    }

    /**
     * Asks that no cell is missing; measured is the share of cells that are there.
     *
     * @param column the name
     * @return this
     */
    public DataChecks isComplete(String column) {
        return completeness("isComplete", column, 1);
    }

    /**
     * Asks that few cells are missing; measured is the share of cells that are there.
     *
     * @param column the name
     * @param atLeast the smallest share allowed, in [0, 1]
     * @return this
     * @throws IllegalArgumentException if the share is outside [0, 1]
     */
    public DataChecks hasCompleteness(String column, double atLeast) {
        return completeness("hasCompleteness", column, atLeast);
    }

    private DataChecks completeness(String check, String column, double atLeast) {
        share("atLeast", atLeast);
        return add(check, column, ">= " + atLeast, cells -> {
            Offenders offenders = offenders(cells, cells::isMissing);
            return shareOf(cells.rows(), offenders, atLeast);
        });
    }

    /**
     * Asks that no two cells are equal; measured is the share of cells that stand once.
     *
     * @param column the name
     * @return this
     */
    public DataChecks isUnique(String column) {
        return uniqueness("isUnique", column, 1);
    }

    /**
     * Asks that few cells are equal to another; measured is the share of cells that stand once.
     *
     * @param column the name
     * @param atLeast the smallest share allowed, in [0, 1]
     * @return this
     * @throws IllegalArgumentException if the share is outside [0, 1]
     */
    public DataChecks hasUniqueness(String column, double atLeast) {
        return uniqueness("hasUniqueness", column, atLeast);
    }

    private DataChecks uniqueness(String check, String column, double atLeast) {
        share("atLeast", atLeast);
        return add(check, column, ">= " + atLeast, cells -> {
            Map<String, Integer> counts = new HashMap<>();
            for (int i = 0; i < cells.rows(); i++) {
                counts.merge(cells.text(i), 1, Integer::sum);
            }
            Offenders offenders =
                    offenders(cells, i -> !cells.isMissing(i) && counts.getOrDefault(cells.text(i), 0) > 1);
            return shareOf(cells.present(), offenders, atLeast);
        });
    }

    /**
     * Asks that the columns together tell every row from every other and that none of their cells is missing; measured is
     * the share of rows for which this holds.
     *
     * @param columns the names, at least one
     * @return this
     * @throws IllegalArgumentException if no column is named
     */
    public DataChecks isPrimaryKey(String... columns) {
        List<String> names = List.of(columns);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("isPrimaryKey needs at least 1 column, got 0");
        }
        String joined = String.join(",", names);
        checks.add(table -> {
            if (!table.columns().containsAll(names)) {
                return absent("isPrimaryKey", joined);
            }
            List<List<String>> cells = names.stream().map(table::texts).toList();
            Map<List<String>, Integer> counts = new HashMap<>();
            for (int i = 0; i < table.rows(); i++) {
                counts.merge(key(cells, i), 1, Integer::sum);
            }
            var offenders = new Offenders();
            for (int i = 0; i < table.rows(); i++) {
                List<String> key = key(cells, i);
                if (counts.getOrDefault(key, 0) > 1 || key.stream().anyMatch(String::isBlank)) {
                    offenders.add(i);
                }
            }
            return result("isPrimaryKey", joined, "a key of every row", shareOf(table.rows(), offenders, 1));
        });
        return this;
    }

    private static List<String> key(List<List<String>> cells, int row) {
        return cells.stream().map(column -> column.get(row)).toList();
    }

    /**
     * Asks that every cell is one of some texts; measured is the share of cells that are.
     *
     * @param column the name
     * @param values the texts allowed, compared as they stand; at least one
     * @return this
     * @throws IllegalArgumentException if no text is allowed
     */
    public DataChecks isContainedIn(String column, Collection<String> values) {
        Set<String> allowed = Set.copyOf(values);
        if (allowed.isEmpty()) {
            throw new IllegalArgumentException("values must allow at least 1 text, got 0");
        }
        return cells("isContainedIn", column, "one of %d values".formatted(allowed.size()), allowed::contains);
    }

    /**
     * Asks that every cell matches a pattern as a whole; measured is the share of cells that do. A pattern can take very
     * long on a cell made to that end, so patterns with nested repeats are not for data from strangers.
     *
     * @param column the name
     * @param pattern what the whole cell must match
     * @return this
     */
    public DataChecks matchesPattern(String column, Pattern pattern) {
        return cells(
                "matchesPattern",
                column,
                "a match of " + pattern,
                cell -> pattern.matcher(cell).matches());
    }

    /**
     * Asks that every cell satisfies a condition of the caller; measured is the share of cells that do.
     *
     * @param column the name
     * @param name what the condition is called in results
     * @param condition called on the thread that runs the checks, once for each cell that is not missing
     * @return this
     */
    public DataChecks satisfies(String column, String name, Predicate<String> condition) {
        Objects.requireNonNull(condition, "condition");
        return cells("satisfies", column, Objects.requireNonNull(name, "name"), condition);
    }

    private DataChecks cells(String check, String column, String bound, Predicate<String> allowed) {
        return add(check, column, bound, cells -> {
            Offenders offenders = offenders(cells, i -> !cells.isMissing(i) && !allowed.test(cells.text(i)));
            return shareOf(cells.present(), offenders, 1);
        });
    }

    /**
     * Asks that every cell is a number; measured is the share of cells that are.
     *
     * @param column the name
     * @return this
     */
    public DataChecks isNumeric(String column) {
        return numbers("isNumeric", column, "a number", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /**
     * Asks that every number lies in a range; measured is the share of cells that do.
     *
     * @param column the name
     * @param low the smallest number allowed; may be minus infinity
     * @param high the greatest number allowed; may be infinity
     * @return this
     * @throws IllegalArgumentException if a bound is NaN or they are out of order
     */
    public DataChecks isInRange(String column, double low, double high) {
        return numbers("isInRange", column, range(low, high), low, high);
    }

    /**
     * Asks that no number is negative; measured is the share of cells that are not.
     *
     * @param column the name
     * @return this
     */
    public DataChecks isNonNegative(String column) {
        return numbers("isNonNegative", column, ">= 0", 0, Double.POSITIVE_INFINITY);
    }

    private DataChecks numbers(String check, String column, String bound, double low, double high) {
        return add(check, column, bound, cells -> {
            // A NaN stands for a cell that is no number; it fails both comparisons.
            Offenders offenders =
                    offenders(cells, i -> !cells.isMissing(i) && !(cells.number(i) >= low && cells.number(i) <= high));
            return shareOf(cells.present(), offenders, 1);
        });
    }

    /**
     * Asks where the smallest number lies. It is one row's: use {@link #isInRange} where nobody may see it.
     *
     * @param column the name
     * @param atLeast the least allowed; may be minus infinity
     * @param atMost the most allowed; may be infinity
     * @return this
     * @throws IllegalArgumentException if a bound is NaN or they are out of order
     */
    public DataChecks hasMin(String column, double atLeast, double atMost) {
        return statistic("hasMin", column, atLeast, atMost, SortedNumbers::min);
    }

    /**
     * Asks where the greatest number lies. It is one row's: use {@link #isInRange} where nobody may see it.
     *
     * @param column the name
     * @param atLeast the least allowed; may be minus infinity
     * @param atMost the most allowed; may be infinity
     * @return this
     * @throws IllegalArgumentException if a bound is NaN or they are out of order
     */
    public DataChecks hasMax(String column, double atLeast, double atMost) {
        return statistic("hasMax", column, atLeast, atMost, SortedNumbers::max);
    }

    /**
     * Asks where the mean lies.
     *
     * @param column the name
     * @param atLeast the least allowed; may be minus infinity
     * @param atMost the most allowed; may be infinity
     * @return this
     * @throws IllegalArgumentException if a bound is NaN or they are out of order
     */
    public DataChecks hasMean(String column, double atLeast, double atMost) {
        return statistic("hasMean", column, atLeast, atMost, SortedNumbers::mean);
    }

    /**
     * Asks where the standard deviation of the sample lies, the one divided by n − 1.
     *
     * @param column the name
     * @param atLeast the least allowed; may be minus infinity
     * @param atMost the most allowed; may be infinity
     * @return this
     * @throws IllegalArgumentException if a bound is NaN or they are out of order
     */
    public DataChecks hasStandardDeviation(String column, double atLeast, double atMost) {
        return statistic("hasStandardDeviation", column, atLeast, atMost, SortedNumbers::sampleDeviation);
    }

    private DataChecks statistic(
            String check, String column, double atLeast, double atMost, ToDoubleFunction<SortedNumbers> statistic) {
        return add(check, column, range(atLeast, atMost), cells -> {
            Offenders offenders = offenders(cells, cells::isWrong);
            double[] numbers = cells.numbers();
            double measured = numbers.length == 0 ? Double.NaN : statistic.applyAsDouble(SortedNumbers.of(numbers));
            return new Finding(
                    measured, offenders.count() == 0 && measured >= atLeast && measured <= atMost, offenders);
        });
    }

    /**
     * Asks that a column has not moved from that of a reference; measured is the drift, or the p-value of a test.
     *
     * @param column the name, in both tables
     * @param reference the table to compare with, such as the one a model was trained on
     * @param limit how drift is measured and how much is borne
     * @return this
     * @throws IllegalArgumentException if the reference has no such column, no cells in it, or no numbers where the
     *     measure needs them
     */
    public DataChecks hasNoDrift(String column, Table reference, DriftLimit limit) {
        var drift = new DriftCheck(column, Column.of(reference, column), limit.measure());
        return add("hasNoDrift", column, limit.words(), cells -> {
            Offenders offenders = offenders(cells, i -> drift.isWrong(cells, i));
            double measured = drift.measure(cells);
            return new Finding(measured, offenders.count() == 0 && limit.allows(measured), offenders);
        });
    }

    /**
     * Asks that no column of a reference has moved, by the population stability index of each.
     *
     * @param reference the table to compare with; its columns without a single cell are passed over
     * @param atMost the greatest index allowed, ≥ 0; 0.2 is usual
     * @return this
     * @throws IllegalArgumentException if the bound is negative or not finite
     */
    public DataChecks hasNoDrift(Table reference, double atMost) {
        DriftLimit limit = DriftLimit.populationStability(atMost);
        for (String column : reference.columns()) {
            if (Column.of(reference, column).present() > 0) {
                hasNoDrift(column, reference, limit);
            }
        }
        return this;
    }

    /**
     * Runs all checks. O(checks · rows) time, and memory for one column at a time.
     *
     * @param table the data
     * @return how each check ended
     */
    public CheckReport run(Table table) {
        return new CheckReport(
                table.rows(), checks.stream().map(check -> check.run(table)).toList());
    }

    private DataChecks add(String check, String column, String bound, ColumnCheck rule) {
        Objects.requireNonNull(column, "column");
        checks.add(table -> table.columns().contains(column)
                ? result(check, column, bound, rule.run(Column.of(table, column)))
                : absent(check, column));
        return this;
    }

    private static CheckResult result(String check, String column, String bound, Finding finding) {
        return new CheckResult(
                check,
                column,
                finding.passed(),
                finding.measured(),
                bound,
                finding.offenders().count(),
                finding.offenders().first());
    }

    private static CheckResult absent(String check, String column) {
        return new CheckResult(check, column, false, Double.NaN, "asked of a column that is there", 0, List.of());
    }

    private static Offenders offenders(Column column, IntPredicate breaks) {
        var offenders = new Offenders();
        for (int i = 0; i < column.rows(); i++) {
            if (breaks.test(i)) {
                offenders.add(i);
            }
        }
        return offenders;
    }

    private static Finding shareOf(int cells, Offenders offenders, double atLeast) {
        double share = cells == 0 ? 1 : (double) (cells - offenders.count()) / cells;
        return new Finding(share, share >= atLeast, offenders);
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be in [0, 1], got " + value);
        }
    }

    private static String range(double low, double high) {
        if (!(low <= high)) {
            throw new IllegalArgumentException("bounds must be in order, got %s and %s".formatted(low, high));
        }
        return "in [%s, %s]".formatted(low, high);
    }
}
