package io.aidc.privacy.anonymize;

import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A table of text in named columns, one row a person.
 *
 * {@snippet class="io.aidc.privacy.anonymize.AnonymizeSnippetsTest" region="table"}
 *
 * <p>If a person has several rows, the size of a class of rows is not the number of people in it: join them first. Held
 * in memory, 4 bytes a cell plus each distinct value once. {@link #toString()} shows names and counts, never a cell.
 * Immutable.
 */
public final class Table {
    private final int rows;
    private final Map<String, Column> columns;

    Table(int rows, Collection<Column> columns) {
        this.rows = rows;
        this.columns = new LinkedHashMap<>();
        columns.forEach(column -> this.columns.put(column.name(), column));
    }

    /**
     * Makes a table of lists.
     *
     * @param header the names of the columns, at least one, distinct and not blank
     * @param rows the rows, each as long as the header
     * @return the table
     * @throws IllegalArgumentException if the header is empty or has a blank or repeated name, or a row's length
     *     differs; the message names the row, counted from 0
     */
    public static Table of(List<String> header, List<List<String>> rows) {
        Objects.requireNonNull(header, "header");
        Objects.requireNonNull(rows, "rows");
        for (int row = 0; row < rows.size(); row++) {
            if (rows.get(row).size() != header.size()) {
                throw new IllegalArgumentException("row %d has %d cells, the header has %d"
                        .formatted(row, rows.get(row).size(), header.size()));
            }
        }
        return coded(header, rows);
    }

    /**
     * Reads a table from comma-separated values (RFC 4180): the first line names the columns.
     *
     * <p>Fields may be in double quotes, with a quote inside doubled; lines end in CRLF or LF. Every character counts,
     * spaces too. A blank line is a record of one empty field.
     *
     * @param reader where the text is; read to its end and not closed
     * @param separator what stands between fields, such as {@code ','} or {@code ';'}
     * @return the table
     * @throws IllegalArgumentException if the text is not of this form, the header is as {@link #of} refuses it, or
     *     {@code separator} is a quote or a line end; the message names the line, counted from 1
     * @throws java.io.UncheckedIOException if reading fails
     * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
     */
    public static Table readCsv(Reader reader, char separator) {
        Objects.requireNonNull(reader, "reader");
        List<Csv.Line> lines = Csv.read(reader, separator);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("line 1: a header is missing");
        }
        List<String> header = lines.get(0).fields();
        List<List<String>> rows = new ArrayList<>(lines.size() - 1);
        for (Csv.Line line : lines.subList(1, lines.size())) {
            if (line.fields().size() != header.size()) {
                throw new IllegalArgumentException("line %d has %d fields, the header has %d"
                        .formatted(line.number(), line.fields().size(), header.size()));
            }
            rows.add(line.fields());
        }
        return coded(header, rows);
    }

    private static Table coded(List<String> header, List<List<String>> rows) {
        if (header.isEmpty()) {
            throw new IllegalArgumentException("header must name at least one column");
        }
        Map<String, Column> columns = new LinkedHashMap<>();
        for (int i = 0; i < header.size(); i++) {
            int field = i;
            String name = Objects.requireNonNull(header.get(i), "a name of the header");
            if (name.isBlank()) {
                throw new IllegalArgumentException("header must not have a blank name, got one at position " + i);
            }
            Column column = Column.of(
                    name,
                    rows.stream()
                            .map(row -> Objects.requireNonNull(row.get(field), "a cell"))
                            .toList());
            if (columns.put(name, column) != null) {
                throw new IllegalArgumentException("header must have distinct names, got " + name + " twice");
            }
        }
        return new Table(rows.size(), columns.values());
    }

    /**
     * Writes this table as comma-separated values that {@link #readCsv} reads back.
     *
     * @param writer where to; neither flushed nor closed
     * @param separator what to put between fields
     * @throws IllegalArgumentException if {@code separator} is a quote or a line end
     * @throws java.io.UncheckedIOException if writing fails
     */
    public void writeCsv(Writer writer, char separator) {
        Objects.requireNonNull(writer, "writer");
        Csv.write(writer, separator, columns());
        for (int i = 0; i < rows; i++) {
            int row = i;
            Csv.write(
                    writer,
                    separator,
                    columns.values().stream().map(column -> column.cell(row)).toList());
        }
    }

    /**
     * Returns the number of rows.
     *
     * @return rows &ge; 0
     */
    public int rows() {
        return rows;
    }

    /**
     * Returns the names of the columns from left to right.
     *
     * @return at least one name
     */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /**
     * Returns one cell.
     *
     * @param row the row, from 0
     * @param column the name of the column
     * @return its text
     * @throws IllegalArgumentException if there is no such row or column
     */
    public String cell(int row, String column) {
        if (row < 0 || row >= rows) {
            throw new IllegalArgumentException("row must be in 0 to %d, got %d".formatted(rows - 1, row));
        }
        return column(column).cell(row);
    }

    Column column(String name) {
        Column column = columns.get(Objects.requireNonNull(name, "column"));
        if (column == null) {
            throw new IllegalArgumentException("column must be one of %s, got %s".formatted(columns(), name));
        }
        return column;
    }

    /** The columns of these names in the order of this table. */
    List<Column> columns(Set<String> names) {
        names.forEach(this::column);
        return columns.values().stream()
                .filter(column -> names.contains(column.name()))
                .toList();
    }

    /** This table with some columns replaced. */
    Table mapped(Set<String> names, UnaryOperator<Column> replacement) {
        names.forEach(this::column);
        return new Table(
                rows,
                columns.values().stream()
                        .map(column -> names.contains(column.name()) ? replacement.apply(column) : column)
                        .toList());
    }

    /** Some rows of this table. */
    Table only(int[] some) {
        return some.length == rows
                ? this
                : new Table(
                        some.length,
                        columns.values().stream()
                                .map(column -> column.only(some))
                                .toList());
    }

    /** Groups rows that agree in these columns, without exception for suppressed rows. */
    Classes classes(Set<String> names) {
        return Classes.of(rows, columns(names).stream().map(Column::codes).toList());
    }

    @Override
    public String toString() {
        return "Table[rows=%d, columns=%s]".formatted(rows, columns());
    }
}
