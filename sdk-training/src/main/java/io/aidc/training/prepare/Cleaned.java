package io.aidc.training.prepare;

import io.aidc.training.Table;
import java.util.List;
import java.util.Objects;

/**
 * Holds a cleaned table and what was changed in it.
 *
 * @param table the rows that are left
 * @param rowNumbers where each of them stood before, counted from 1 for the first row below the header
 * @param rowsBefore how many rows there were, ≥ 0
 * @param changes one for each step, in order
 */
public record Cleaned(Table table, List<Integer> rowNumbers, int rowsBefore, List<Change> changes) {
    /** Copies the lists. */
    public Cleaned {
        Objects.requireNonNull(table, "table");
        rowNumbers = List.copyOf(rowNumbers);
        changes = List.copyOf(changes);
    }

    /**
     * Counts what one step did.
     *
     * @param step the step
     * @param column the column it is about; empty if it is about several, and then there is one change for each column
     *     that it changed
     * @param cells how many cells were changed, ≥ 0
     * @param rows how many rows were dropped, ≥ 0
     */
    public record Change(CleaningStep step, String column, int cells, int rows) {}

    /**
     * Counts the changed cells of a column.
     *
     * @param column the name
     * @return over all steps; a cell that two steps changed counts twice
     */
    public int changedCells(String column) {
        return changes.stream()
                .filter(change -> change.column().equals(column))
                .mapToInt(Change::cells)
                .sum();
    }

    /**
     * Counts the rows that were dropped.
     *
     * @return over all steps, ≥ 0
     */
    public int droppedRows() {
        return rowsBefore - rowNumbers.size();
    }
}
