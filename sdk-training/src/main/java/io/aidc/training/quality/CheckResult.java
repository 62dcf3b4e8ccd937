package io.aidc.training.quality;

import java.util.List;
import java.util.Objects;

/**
 * Says how one check of {@link DataChecks} ended. It names rows by number and never repeats a cell, which may be about a
 * person; the measured value of {@code hasMin} and {@code hasMax} is one row's all the same.
 *
 * @param check the name of the check, such as {@code isComplete}
 * @param column the column or columns, parted by commas; empty if the check is of the table as a whole
 * @param passed whether the measured value keeps to the bound
 * @param measured what was measured; NaN if nothing could be
 * @param bound what is allowed, in words
 * @param offenders how many rows break the rule; 0 if the check does not judge single rows
 * @param rows the first of them, at most {@value #MAX_EXAMPLES}, counted from 1 for the first row below the header
 */
public record CheckResult(
        String check, String column, boolean passed, double measured, String bound, int offenders, List<Integer> rows) {
    /** How many rows that break a rule are named at most. */
    public static final int MAX_EXAMPLES = 20;

    /** Copies the list. */
    public CheckResult {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(column, "column");
        Objects.requireNonNull(bound, "bound");
        rows = List.copyOf(rows);
    }

    /** One line without the measured value, fit for a log. */
    String summary() {
        return "%s%s must be %s%s"
                .formatted(
                        check,
                        column.isEmpty() ? "" : " of '" + column + "'",
                        bound,
                        offenders == 0 ? "" : ", broken by %d rows, first %s".formatted(offenders, rows));
    }
}
