package io.aidc.training.quality;

import io.aidc.training.Table;
import io.aidc.training.internal.CellTexts;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** One column's cells, read as numbers where they are numbers. */
final class Column {
    private final List<String> texts;
    /** NaN where the cell is missing or no number. */
    private final double[] numbers;

    private final int missing;
    private final int wrong;

    private Column(List<String> texts) {
        this.texts = texts;
        numbers = new double[texts.size()];
        int empty = 0;
        int words = 0;
        for (int i = 0; i < numbers.length; i++) {
            OptionalDouble number = CellTexts.number(texts.get(i));
            numbers[i] = number.orElse(Double.NaN);
            if (CellTexts.missing(texts.get(i))) {
                empty++;
            } else if (number.isEmpty()) {
                words++;
            }
        }
        missing = empty;
        wrong = words;
    }

    static Column of(Table table, String name) {
        return new Column(table.texts(name));
    }

    int rows() {
        return texts.size();
    }

    String text(int row) {
        return texts.get(row);
    }

    boolean isMissing(int row) {
        return CellTexts.missing(texts.get(row));
    }

    /** Whether a cell is there but holds no number. */
    boolean isWrong(int row) {
        return Double.isNaN(numbers[row]) && !isMissing(row);
    }

    /** The number of a row, NaN if it has none. */
    double number(int row) {
        return numbers[row];
    }

    int missing() {
        return missing;
    }

    int present() {
        return texts.size() - missing;
    }

    /** Whether there is a cell and each is missing or a number. */
    boolean isNumeric() {
        return present() > 0 && wrong == 0;
    }

    /** All numbers, in the order of rows. */
    double[] numbers() {
        return Arrays.stream(numbers).filter(value -> !Double.isNaN(value)).toArray();
    }
}
