package io.aidc.training.prepare;

/**
 * Says which cell does not fit what is asked of its column. Nothing was made of the table. The message does not repeat the
 * cell, which may be about a person.
 */
public final class UnreadableCellException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** The row, from 1. */
    private final int row;

    /** The column's name. */
    private final String column;

    /** Takes the row by its index from 0. */
    UnreadableCellException(int index, String column, String problem) {
        super("row %d, column '%s': %s".formatted(index + 1, column, problem));
        this.row = index + 1;
        this.column = column;
    }

    /**
     * Gives the row of the table.
     *
     * @return the row, from 1 for the first below the header
     */
    public int row() {
        return row;
    }

    /**
     * Gives the column.
     *
     * @return its name
     */
    public String column() {
        return column;
    }
}
