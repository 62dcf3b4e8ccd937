package io.aidc.training;

/**
 * Says which cell of a table cannot be read. Nothing was kept of the table. The message holds no cell, since a cell may
 * be about a person.
 */
public final class MalformedTableException extends TrainingException {
    private static final long serialVersionUID = 1;

    /** The row. */
    private final int row;

    /** The column's name, empty for a whole row. */
    private final String column;

    /**
     * Makes the exception.
     *
     * @param source the table
     * @param row the row, from 1 for the first below the header; 0 is the header
     * @param column the column's name; empty if the row as a whole is wrong
     * @param problem what is wrong and what was needed, without the cell's value
     */
    public MalformedTableException(String source, int row, String column, String problem) {
        super(
                "%s, row %d%s: %s".formatted(source, row, column.isEmpty() ? "" : ", column '" + column + "'", problem),
                null);
        this.row = row;
        this.column = column;
    }

    /**
     * Gives the row of the table that is wrong.
     *
     * @return the row, from 1 for the first below the header; 0 is the header
     */
    public int row() {
        return row;
    }

    /**
     * Gives the column that is wrong.
     *
     * @return its name; empty if the row as a whole is wrong
     */
    public String column() {
        return column;
    }
}
