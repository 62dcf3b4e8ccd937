package io.aidc.training;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds named columns of one length: the cells of a CSV file whose first row names the columns, or those that a reader
 * of {@code io.aidc.training.data} found in a file of another format.
 *
 * <p>Read from CSV are commas, quoted cells with doubled quotes and line ends inside, LF or CRLF, and a byte order
 * mark; blanks around a cell belong to it, except that numbers may have them. Numbers are decimal with a point in
 * every locale. The whole table is held in memory.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="table"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class Table {
    private final String source;
    private final Map<String, Cells> columns;
    private final int rows;

    private Table(String source, Map<String, Cells> columns, int rows) {
        this.source = source;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Starts a table of columns that were read elsewhere.
     *
     * @param source the name that errors give for it, such as the file's
     * @return the columns, none so far
     */
    public static Builder builder(String source) {
        return new Builder(source);
    }

    /**
     * Reads a file in UTF-8.
     *
     * @param file the CSV file
     * @return the table
     * @throws MalformedTableException if the file is empty, a header is empty or named twice, a row has more or fewer
     *     cells than the header, or a quote is not closed
     * @throws UncheckedIOException if the file cannot be read or is not UTF-8
     */
    public static Table read(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return parse(reader, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Reads characters to their end.
     *
     * @param reader the CSV text; not closed
     * @return the table
     * @throws MalformedTableException as {@link #read(Path)} does
     * @throws UncheckedIOException if the reader fails
     */
    public static Table read(Reader reader) {
        Objects.requireNonNull(reader, "reader");
        try {
            return parse(reader, "table");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the table", e);
        }
    }

    private static Table parse(Reader reader, String source) throws IOException {
        var cells = new CsvCells(reader, source);
        List<String> header = cells.row();
        if (header == null) {
            throw new MalformedTableException(source, 0, "", "the table is empty, a header is needed");
        }
        Map<String, List<String>> columns = new LinkedHashMap<>();
        for (String name : header) {
            if (name.isBlank()) {
                throw new MalformedTableException(source, 0, "", "column %d has no name".formatted(columns.size() + 1));
            }
            if (columns.put(name, new ArrayList<>()) != null) {
                throw new MalformedTableException(source, 0, name, "the name stands twice in the header");
            }
        }
        List<List<String>> lists = List.copyOf(columns.values());
        int rows = 0;
        for (List<String> row = cells.row(); row != null; row = cells.row()) {
            rows++;
            if (row.size() != lists.size()) {
                throw new MalformedTableException(
                        source, rows, "", "%d cells, but the header has %d".formatted(row.size(), lists.size()));
            }
            for (int i = 0; i < lists.size(); i++) {
                lists.get(i).add(row.get(i));
            }
        }
        var table = new Builder(source);
        columns.forEach(table::texts);
        return table.build();
    }

    /**
     * Lists the columns in the order of the header.
     *
     * @return their names
     */
    public List<String> columns() {
        return List.copyOf(columns.keySet());
    }

    /**
     * Counts the rows below the header.
     *
     * @return the number of rows, ≥ 0
     */
    public int rows() {
        return rows;
    }

    /**
     * Gives the name that errors use.
     *
     * @return the file's name, or what the builder was given
     */
    public String source() {
        return source;
    }

    /**
     * Gives a column as texts: as it stands in a CSV file; numbers in their shortest decimal form, whole ones without a
     * point.
     *
     * @param column the name
     * @return one text for each row, empty where the cell is
     * @throws IllegalArgumentException if there is no such column
     */
    public List<String> texts(String column) {
        Cells cells = cells(column);
        List<String> texts = new ArrayList<>(rows);
        for (int i = 0; i < rows; i++) {
            texts.add(cells.text(i));
        }
        return List.copyOf(texts);
    }

    /**
     * Gives a column as numbers.
     *
     * @param column the name
     * @return one float32 for each row
     * @throws IllegalArgumentException if there is no such column
     * @throws MalformedTableException if a cell is empty or not a finite decimal number
     */
    public float[] numbers(String column) {
        Cells cells = cells(column);
        float[] numbers = new float[rows];
        for (int i = 0; i < rows; i++) {
            numbers[i] = number(i, cells, column);
        }
        return numbers;
    }

    /**
     * Makes a data set that tells classes apart.
     *
     * @param label the column of class names; every other column is a feature
     * @return the data, class i being the i-th name in sorted order
     * @throws IllegalArgumentException if there is no such column or no other, or there are no rows
     * @throws MalformedTableException if a feature is not a finite number or a label is blank
     */
    public Dataset classification(String label) {
        List<String> texts = labels(label);
        List<String> names = List.copyOf(new TreeSet<>(texts));
        Map<String, Integer> indices = new HashMap<>();
        names.forEach(name -> indices.put(name, indices.size()));
        int[] labels = texts.stream().mapToInt(indices::get).toArray();
        return features(label).classification(labels, names);
    }

    /** The texts of a column of labels, none of them blank. */
    private List<String> labels(String label) {
        List<String> texts = texts(label);
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).isBlank()) {
                throw new MalformedTableException(source, i + 1, label, "the label is empty");
            }
        }
        return texts;
    }

    /**
     * Makes a data set that predicts a number.
     *
     * @param target the column of that number; every other column is a feature
     * @return the data
     * @throws IllegalArgumentException if there is no such column or no other, or there are no rows
     * @throws MalformedTableException if a cell is not a finite number
     */
    public Dataset regression(String target) {
        float[] numbers = numbers(target);
        return features(target).regression(numbers, 1);
    }

    private FlatRows features(String except) {
        List<String> names = new ArrayList<>(columns.keySet());
        names.remove(except);
        if (rows == 0 || names.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s: a data set needs at least 1 row and 1 column of features, got %d and %d"
                            .formatted(source, rows, names.size()));
        }
        float[] features = new float[Math.multiplyExact(rows, names.size())];
        for (int j = 0; j < names.size(); j++) {
            Cells cells = cells(names.get(j));
            for (int i = 0; i < rows; i++) {
                features[i * names.size() + j] = number(i, cells, names.get(j));
            }
        }
        return Dataset.ofRows(features, names.size()).named(names);
    }

    private Cells cells(String column) {
        Cells cells = columns.get(Objects.requireNonNull(column, "column"));
        if (cells == null) {
            throw new IllegalArgumentException(
                    "%s has no column '%s'; it has %s".formatted(source, column, columns.keySet()));
        }
        return cells;
    }

    private float number(int row, Cells cells, String column) {
        float number = cells.number(row);
        if (Float.isNaN(number)) {
            throw new MalformedTableException(
                    source,
                    row + 1,
                    column,
                    cells.missing(row)
                            ? "the cell is empty, a number is needed"
                            : "the cell is not a finite decimal number");
        }
        return number;
    }

    /**
     * Collects the columns of a table, each as long as the first; values are copied.
     *
     * <p>Confined: one thread at a time.
     */
    public static final class Builder {
        private final String source;
        private final Map<String, Cells> columns = new LinkedHashMap<>();

        private Builder(String source) {
            this.source = Objects.requireNonNull(source, "source");
        }

        /**
         * Adds a column of texts.
         *
         * @param name the column, not blank and none so far
         * @param values one for each row; empty where missing
         * @return this
         * @throws IllegalArgumentException if the name is blank or taken, or the column is not as long as the first
         */
        public Builder texts(String name, List<String> values) {
            return add(name, new Cells.Texts(List.copyOf(values).toArray(String[]::new)));
        }

        /**
         * Adds a column of numbers.
         *
         * @param name the column, not blank and none so far
         * @param values one for each row; NaN where missing
         * @return this
         * @throws IllegalArgumentException if the name is blank or taken, or the column is not as long as the first
         */
        public Builder numbers(String name, double[] values) {
            return add(name, new Cells.Numbers(values.clone()));
        }

        /**
         * Adds a column of yes and no, which are {@code true} and {@code false} as texts, 1 and 0 as numbers.
         *
         * @param name the column, not blank and none so far
         * @param values one for each row; null where missing
         * @return this
         * @throws IllegalArgumentException if the name is blank or taken, or the column is not as long as the first
         */
        public Builder flags(String name, List<@Nullable Boolean> values) {
            return add(name, new Cells.Flags(Collections.unmodifiableList(new ArrayList<>(values))));
        }

        private Builder add(String name, Cells cells) {
            if (Objects.requireNonNull(name, "name").isBlank()) {
                throw new IllegalArgumentException("column %d of %s has no name".formatted(columns.size() + 1, source));
            }
            if (!columns.isEmpty() && cells.rows() != rows()) {
                throw new IllegalArgumentException(
                        "column '%s' must have %d rows like the first, got %d".formatted(name, rows(), cells.rows()));
            }
            if (columns.putIfAbsent(name, cells) != null) {
                throw new IllegalArgumentException("column '%s' was added before".formatted(name));
            }
            return this;
        }

        private int rows() {
            return columns.values().iterator().next().rows();
        }

        /**
         * Makes the table.
         *
         * @return the table
         * @throws IllegalStateException if no column was added
         */
        public Table build() {
            if (columns.isEmpty()) {
                throw new IllegalStateException(source + ": a table needs at least 1 column");
            }
            return new Table(source, new LinkedHashMap<>(columns), rows());
        }
    }
}
