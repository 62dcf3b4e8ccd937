package io.aidc.training.prepare;

import io.aidc.training.Table;
import io.aidc.training.internal.SortedNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Lists how a table is cleaned. What has to be learnt, such as a median, is learnt from the rows to train with and then
 * applied to any others.
 *
 * {@snippet class="io.aidc.training.prepare.PrepareSnippetsTest" region="cleaning"}
 *
 * <p>Steps are learnt and done in the order in which they are asked for, each on the result of those before. A cell is
 * missing if it is empty or blank. Constants that were learnt, and so a stored cleaning, are facts about the rows they
 * were learnt from: where these are private, use {@link Outliers#outside} and {@link Imputation#constant}.
 *
 * <p>Confined: one thread at a time. What it fits is not changed by later steps.
 */
public final class Cleaning {
    private final List<Lesson> lessons = new ArrayList<>();

    private Cleaning() {}

    /** Learns steps from the cells as they are when its turn comes. */
    @FunctionalInterface
    private interface Lesson {
        List<CleaningStep> learn(Cells cells);
    }

    /**
     * Begins a list of steps.
     *
     * @return a list of none
     */
    public static Cleaning of() {
        return new Cleaning();
    }

    /**
     * Empties cells that hold a text which stands for nothing, in every column.
     *
     * @param markers such texts, as {@code NA} or {@code ?}, compared without blanks around them; at least one
     * @return this
     * @throws IllegalArgumentException if none is given
     */
    public Cleaning treatAsMissing(String... markers) {
        CleaningStep step = new CleaningStep.Empty(named("markers", markers));
        return add(cells -> List.of(step));
    }

    /**
     * Drops rows that repeat an earlier one in every cell.
     *
     * @return this
     */
    public Cleaning dropDuplicates() {
        return add(cells -> List.of(new CleaningStep.DropDuplicates()));
    }

    /**
     * Drops rows with a missing cell.
     *
     * @param columns where cells must be there; all columns if none is named
     * @return this
     */
    public Cleaning dropMissing(String... columns) {
        CleaningStep step = new CleaningStep.DropMissing(List.of(columns));
        return add(cells -> List.of(step));
    }

    /**
     * Drops rows that hold an outlier. A missing cell is none.
     *
     * @param outliers which numbers are outliers
     * @param columns the columns of numbers, at least one; their bounds are learnt before any of their rows is dropped
     * @return this
     * @throws IllegalArgumentException if no column is named
     */
    public Cleaning dropOutliers(Outliers outliers, String... columns) {
        Objects.requireNonNull(outliers, "outliers");
        List<String> names = named("columns", columns);
        return add(cells -> {
            List<CleaningStep> steps = new ArrayList<>();
            for (String name : names) {
                double[] bounds = bounds(outliers, name, cells);
                steps.add(new CleaningStep.DropOutside(name, bounds[0], bounds[1]));
            }
            return steps;
        });
    }

    /**
     * Moves outliers to the bound they passed.
     *
     * @param outliers which numbers are outliers
     * @param columns the columns of numbers, at least one
     * @return this
     * @throws IllegalArgumentException if no column is named
     */
    public Cleaning clipOutliers(Outliers outliers, String... columns) {
        Objects.requireNonNull(outliers, "outliers");
        List<String> names = named("columns", columns);
        return add(cells -> {
            List<CleaningStep> steps = new ArrayList<>();
            for (String name : names) {
                double[] bounds = bounds(outliers, name, cells);
                steps.add(new CleaningStep.Clip(name, bounds[0], bounds[1]));
            }
            return steps;
        });
    }

    /**
     * Fills missing cells.
     *
     * @param imputation what takes their place
     * @param columns the columns, at least one
     * @return this
     * @throws IllegalArgumentException if no column is named
     */
    public Cleaning impute(Imputation imputation, String... columns) {
        Objects.requireNonNull(imputation, "imputation");
        List<String> names = named("columns", columns);
        return add(cells -> {
            List<CleaningStep> steps = new ArrayList<>();
            for (String name : names) {
                steps.add(new CleaningStep.Fill(name, substitute(imputation, name, cells)));
            }
            return steps;
        });
    }

    /**
     * Learns the constants of all steps.
     *
     * @param train the rows to learn from; not changed, apply the result to clean them too
     * @return the steps with their constants
     * @throws IllegalArgumentException if there is no such column, or a column has nothing to learn from
     * @throws UnreadableCellException if a cell is neither missing nor a number where numbers are needed
     */
    public FittedCleaning fit(Table train) {
        var cells = new Cells(train);
        List<CleaningStep> fitted = new ArrayList<>();
        for (Lesson lesson : lessons) {
            List<CleaningStep> steps = lesson.learn(cells);
            steps.forEach(cells::apply);
            fitted.addAll(steps);
        }
        return new FittedCleaning(fitted);
    }

    private Cleaning add(Lesson lesson) {
        lessons.add(lesson);
        return this;
    }

    private static List<String> named(String what, String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException(what + " must name at least 1, got 0");
        }
        return List.of(names);
    }

    private static double[] bounds(Outliers outliers, String column, Cells cells) {
        if (outliers instanceof Outliers.Outside outside) {
            return new double[] {outside.low(), outside.high()};
        }
        SortedNumbers numbers = cells.numbers(column).present();
        if (outliers instanceof Outliers.Iqr iqr) {
            double low = numbers.quantile(0.25);
            double high = numbers.quantile(0.75);
            double reach = iqr.fences() * (high - low);
            return new double[] {low - reach, high + reach};
        }
        if (outliers instanceof Outliers.ZScore score) {
            double reach = score.deviations() * numbers.sampleDeviation();
            return new double[] {numbers.mean() - reach, numbers.mean() + reach};
        }
        if (outliers instanceof Outliers.Mad mad) {
            double median = numbers.quantile(0.5);
            double reach = mad.deviations() * numbers.medianDeviation();
            return new double[] {median - reach, median + reach};
        }
        throw new AssertionError(outliers);
    }

    private static String substitute(Imputation imputation, String column, Cells cells) {
        if (imputation instanceof Imputation.Constant constant) {
            return constant.text();
        }
        if (imputation instanceof Imputation.Mode) {
            return mode(column, cells.column(column));
        }
        SortedNumbers numbers = cells.numbers(column).present();
        return Double.toString(imputation instanceof Imputation.Mean ? numbers.mean() : numbers.quantile(0.5));
    }

    private static String mode(String column, List<String> cells) {
        // Sorted, so that the first of equally common texts is the same in every run.
        Map<String, Integer> counts = new TreeMap<>();
        cells.stream().filter(cell -> !cell.isBlank()).forEach(cell -> counts.merge(cell, 1, Integer::sum));
        return counts.entrySet().stream()
                .reduce((best, other) -> other.getValue() > best.getValue() ? other : best)
                .orElseThrow(() -> new IllegalArgumentException("column '" + column + "' has no cells to learn from"))
                .getKey();
    }
}
