package io.aidc.training;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Holds the cells of a CSV file whose first row names the columns.
 *
 * <p>Read are commas, quoted cells with doubled quotes and line ends inside, LF or CRLF, and a byte order mark; blanks
 * around a cell belong to it, except that numbers may have them. Numbers are decimal with a point in every locale. The
 * whole table is held in memory.
 *
 * {@snippet class="io.aidc.training.SnippetsTest" region="table"}
 *
 * <p>Immutable.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4180">RFC 4180</a>
 */
public final class Table {
    private final String source;
    private final Map<String, Integer> columns;
    private final List<List<String>> rows;

    private Table(String source, Map<String, Integer> columns, List<List<String>> rows) {
        this.source = source;
        this.columns = columns;
        this.rows = rows;
    }

    /**
     * Reads a file in UTF-8.
     *
     * @param file the CSV file
     * @return the table
     * @throws MalformedTableException if the file is empty, a header is empty or named twice, a row has more or fewer cells
     *     than the header, or a quote is not closed
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
        Map<String, Integer> columns = new LinkedHashMap<>();
        for (String name : header) {
            if (name.isBlank()) {
                throw new MalformedTableException(source, 0, "", "column %d has no name".formatted(columns.size() + 1));
            }
            if (columns.put(name, columns.size()) != null) {
                throw new MalformedTableException(source, 0, name, "the name stands twice in the header");
            }
        }
        List<List<String>> rows = new ArrayList<>();
        for (List<String> row = cells.row(); row != null; row = cells.row()) {
            if (row.size() != header.size()) {
                throw new MalformedTableException(
                        source,
                        rows.size() + 1,
                        "",
                        "%d cells, but the header has %d".formatted(row.size(), header.size()));
            }
            rows.add(List.copyOf(row));
        }
        return new Table(source, columns, List.copyOf(rows));
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
        return rows.size();
    }

    /**
     * Gives a column as it stands in the file.
     *
     * @param column the name
     * @return one text for each row
     * @throws IllegalArgumentException if there is no such column
     */
    public List<String> texts(String column) {
        int index = index(column);
        List<String> texts = new ArrayList<>(rows.size());
        for (List<String> row : rows) {
            texts.add(row.get(index));
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
        int index = index(column);
        float[] numbers = new float[rows.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(i, index, column);
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
        List<String> texts = texts(label);
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).isBlank()) {
                throw new MalformedTableException(source, i + 1, label, "the label is empty");
            }
        }
        List<String> names = List.copyOf(new TreeSet<>(texts));
        int[] labels = texts.stream().mapToInt(names::indexOf).toArray();
        return Dataset.classification(features(label), labels, featureNames(label), names);
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
        float[][] targets = new float[numbers.length][];
        for (int i = 0; i < numbers.length; i++) {
            targets[i] = new float[] {numbers[i]};
        }
        return Dataset.regression(features(target), targets, featureNames(target));
    }

    private List<String> featureNames(String except) {
        List<String> names = new ArrayList<>(columns.keySet());
        names.remove(except);
        return names;
    }

    private float[][] features(String except) {
        List<String> names = featureNames(except);
        float[][] features = new float[rows.size()][names.size()];
        for (int i = 0; i < features.length; i++) {
            for (int j = 0; j < names.size(); j++) {
                features[i][j] = number(i, index(names.get(j)), names.get(j));
            }
        }
        return features;
    }

    private int index(String column) {
        Integer index = columns.get(Objects.requireNonNull(column, "column"));
        if (index == null) {
            throw new IllegalArgumentException(
                    "%s has no column '%s'; it has %s".formatted(source, column, columns.keySet()));
        }
        return index;
    }

    private float number(int row, int index, String column) {
        String text = rows.get(row).get(index).strip();
        if (text.isEmpty()) {
            throw new MalformedTableException(source, row + 1, column, "the cell is empty, a number is needed");
        }
        // Float.parseFloat also takes hexadecimal, "NaN" and a type suffix, none of which is a decimal number.
        float number = text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0) ? parse(text) : Float.NaN;
        if (!Float.isFinite(number)) {
            throw new MalformedTableException(source, row + 1, column, "the cell is not a finite decimal number");
        }
        return number;
    }

    private static float parse(String text) {
        try {
            return Float.parseFloat(text);
        } catch (NumberFormatException e) {
            return Float.NaN;
        }
    }
}
