package io.aidc.training.prepare;

import io.aidc.training.Table;
import io.aidc.training.internal.CellTexts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The cells of a table while it is cleaned. */
final class Cells {
    private final String source;
    private final List<String> columns;
    private final int rowsBefore;
    private List<String[]> rows = new ArrayList<>();
    private List<Integer> rowNumbers = new ArrayList<>();

    Cells(Table table) {
        source = table.source();
        columns = table.columns();
        rowsBefore = table.rows();
        List<List<String>> texts = columns.stream().map(table::texts).toList();
        for (int i = 0; i < rowsBefore; i++) {
            String[] row = new String[columns.size()];
            for (int j = 0; j < row.length; j++) {
                row[j] = texts.get(j).get(i);
            }
            rows.add(row);
            rowNumbers.add(i + 1);
        }
    }

    List<String> columns() {
        return columns;
    }

    List<String> column(String name) {
        int at = index(name);
        return rows.stream().map(row -> row[at]).toList();
    }

    /** A column read as numbers; a cell that is none is named by the row it stood in before any was dropped. */
    NumberColumn numbers(String name) {
        return NumberColumn.of(name, column(name), row -> rowNumbers.get(row) - 1);
    }

    Cleaned cleaned(List<Cleaned.Change> changes) {
        Table.Builder table = Table.builder(source);
        columns.forEach(name -> table.texts(name, column(name)));
        return new Cleaned(table.build(), rowNumbers, rowsBefore, changes);
    }

    List<Cleaned.Change> apply(CleaningStep step) {
        if (step instanceof CleaningStep.Empty empty) {
            return empty(empty);
        }
        if (step instanceof CleaningStep.DropDuplicates) {
            Set<List<String>> seen = new HashSet<>();
            return drop(step, "", row -> !seen.add(List.of(rows.get(row))));
        }
        if (step instanceof CleaningStep.DropMissing missing) {
            List<String> names = missing.columns().isEmpty() ? columns : missing.columns();
            int[] at = names.stream().mapToInt(this::index).toArray();
            return drop(step, names.size() == 1 ? names.get(0) : "", row -> anyMissing(rows.get(row), at));
        }
        if (step instanceof CleaningStep.DropOutside outside) {
            var numbers = numbers(outside.column());
            return drop(
                    step,
                    outside.column(),
                    row -> numbers.get(row) < outside.low() || numbers.get(row) > outside.high());
        }
        if (step instanceof CleaningStep.Clip clip) {
            return clip(clip);
        }
        if (step instanceof CleaningStep.Fill fill) {
            int at = index(fill.column());
            return change(step, fill.column(), row -> {
                if (!CellTexts.missing(rows.get(row)[at])) {
                    return false;
                }
                rows.get(row)[at] = fill.text();
                return true;
            });
        }
        throw new AssertionError(step);
    }

    /** A thing said or done of the row at an index. */
    @FunctionalInterface
    private interface RowRule {
        boolean test(int row);
    }

    private List<Cleaned.Change> empty(CleaningStep.Empty empty) {
        Set<String> markers = empty.markers().stream().map(String::strip).collect(Collectors.toSet());
        List<Cleaned.Change> changes = new ArrayList<>();
        for (int j = 0; j < columns.size(); j++) {
            int at = j;
            Cleaned.Change change = change(empty, columns.get(j), row -> {
                        if (!markers.contains(rows.get(row)[at].strip())) {
                            return false;
                        }
                        rows.get(row)[at] = "";
                        return true;
                    })
                    .get(0);
            if (change.cells() > 0) {
                changes.add(change);
            }
        }
        return changes;
    }

    private List<Cleaned.Change> clip(CleaningStep.Clip clip) {
        int at = index(clip.column());
        var numbers = numbers(clip.column());
        return change(clip, clip.column(), row -> {
            double number = numbers.get(row);
            if (number < clip.low() || number > clip.high()) {
                rows.get(row)[at] = Double.toString(number < clip.low() ? clip.low() : clip.high());
                return true;
            }
            return false;
        });
    }

    private List<Cleaned.Change> change(CleaningStep step, String column, RowRule changed) {
        int cells = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (changed.test(i)) {
                cells++;
            }
        }
        return List.of(new Cleaned.Change(step, column, cells, 0));
    }

    private List<Cleaned.Change> drop(CleaningStep step, String column, RowRule dropped) {
        List<String[]> kept = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (!dropped.test(i)) {
                kept.add(rows.get(i));
                numbers.add(rowNumbers.get(i));
            }
        }
        int gone = rows.size() - kept.size();
        rows = kept;
        rowNumbers = numbers;
        return List.of(new Cleaned.Change(step, column, 0, gone));
    }

    private static boolean anyMissing(String[] row, int[] at) {
        for (int j : at) {
            if (CellTexts.missing(row[j])) {
                return true;
            }
        }
        return false;
    }

    private int index(String column) {
        int at = columns.indexOf(column);
        if (at < 0) {
            throw new IllegalArgumentException("the table has no column '%s'; it has %s".formatted(column, columns));
        }
        return at;
    }
}
