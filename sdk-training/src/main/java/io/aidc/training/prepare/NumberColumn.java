package io.aidc.training.prepare;

import io.aidc.training.internal.CellTexts;
import io.aidc.training.internal.SortedNumbers;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/** A column whose cells are numbers or missing. */
final class NumberColumn {
    private final String name;
    /** NaN where the cell is missing. */
    private final double[] numbers;

    private NumberColumn(String name, double[] numbers) {
        this.name = name;
        this.numbers = numbers;
    }

    /** Reads all cells; one that is neither missing nor a finite number is refused by row and column. */
    static NumberColumn of(String name, List<String> cells) {
        return of(name, cells, row -> row);
    }

    /** The same, where the cells no longer are those of the first rows: {@code rows} says of which they are. */
    static NumberColumn of(String name, List<String> cells, IntUnaryOperator rows) {
        double[] numbers = new double[cells.size()];
        for (int i = 0; i < numbers.length; i++) {
            String cell = cells.get(i);
            numbers[i] = CellTexts.number(cell).orElse(Double.NaN);
            if (Double.isNaN(numbers[i]) && !CellTexts.missing(cell)) {
                throw new UnreadableCellException(rows.applyAsInt(i), name, "the cell is not a finite decimal number");
            }
        }
        return new NumberColumn(name, numbers);
    }

    /** The number of a row, NaN if it is missing. */
    double get(int row) {
        return numbers[row];
    }

    /** The number of a row, which must be there. */
    double required(int row) {
        if (Double.isNaN(numbers[row])) {
            throw new UnreadableCellException(row, name, "the cell is missing; impute it or drop the row");
        }
        return numbers[row];
    }

    SortedNumbers present() {
        double[] present =
                Arrays.stream(numbers).filter(value -> !Double.isNaN(value)).toArray();
        if (present.length == 0) {
            throw new IllegalArgumentException("column '" + name + "' has no numbers to learn from");
        }
        return SortedNumbers.of(present);
    }
}
