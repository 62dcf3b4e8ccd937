package io.aidc.training.prepare;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes the features of one column into rows. */
final class ColumnWriter {
    private ColumnWriter() {}

    /** Writes from position {@code at} on and says how many features each row got. */
    static int write(Encoding encoding, List<String> cells, float[][] rows, int at) {
        if (encoding instanceof Encoding.Affine affine) {
            var numbers = NumberColumn.of(affine.column(), cells);
            for (int i = 0; i < rows.length; i++) {
                put(affine.column(), rows, i, at, (numbers.required(i) - affine.shift()) * affine.factor());
            }
        } else if (encoding instanceof Encoding.Between between) {
            var numbers = NumberColumn.of(between.column(), cells);
            for (int i = 0; i < rows.length; i++) {
                double inside = Math.min(Math.max(numbers.required(i), between.low()), between.high());
                put(between.column(), rows, i, at, (inside - between.low()) / (between.high() - between.low()));
            }
        } else if (encoding instanceof Encoding.OneHot oneHot) {
            oneHot(oneHot, cells, rows, at);
        } else if (encoding instanceof Encoding.Ordinal ordinal) {
            Map<String, Integer> places = places(ordinal.categories());
            for (int i = 0; i < rows.length; i++) {
                rows[i][at] = place(ordinal.column(), places, cells.get(i), i);
            }
        } else if (encoding instanceof Encoding.Dates dates) {
            dates(dates, cells, rows, at);
        } else if (encoding instanceof Encoding.Flag flag) {
            flag(flag, cells, rows, at);
        }
        return encoding.featureNames().size();
    }

    private static void oneHot(Encoding.OneHot oneHot, List<String> cells, float[][] rows, int at) {
        Map<String, Integer> places = places(oneHot.categories());
        for (int i = 0; i < rows.length; i++) {
            boolean known = places.containsKey(cells.get(i));
            if (known || oneHot.unknown() == Unknown.REFUSE) {
                rows[i][at + place(oneHot.column(), places, cells.get(i), i)] = 1;
            } else if (oneHot.unknown() == Unknown.OTHER) {
                rows[i][at + places.size()] = 1;
            }
        }
    }

    private static void dates(Encoding.Dates dates, List<String> cells, float[][] rows, int at) {
        for (int i = 0; i < rows.length; i++) {
            LocalDateTime date = date(dates.column(), cells.get(i).strip(), i);
            for (int j = 0; j < dates.parts().size(); j++) {
                put(dates.column(), rows, i, at + j, dates.parts().get(j).of(date));
            }
        }
    }

    private static LocalDateTime date(String column, String text, int row) {
        requireThere(column, text, row);
        try {
            return text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
        } catch (DateTimeException e) {
            // Its message repeats the cell, so it is not kept as the cause.
            throw new UnreadableCellException(row, column, "the cell is no date of ISO 8601 such as 2024-02-29");
        }
    }

    private static void flag(Encoding.Flag flag, List<String> cells, float[][] rows, int at) {
        for (int i = 0; i < rows.length; i++) {
            String text = cells.get(i).strip().toLowerCase(Locale.ROOT);
            requireThere(flag.column(), text, i);
            if (!flag.yes().contains(text) && !flag.no().contains(text)) {
                throw new UnreadableCellException(
                        i, flag.column(), "the cell is none of %s and %s".formatted(flag.yes(), flag.no()));
            }
            rows[i][at] = flag.yes().contains(text) ? 1 : 0;
        }
    }

    private static Map<String, Integer> places(List<String> categories) {
        Map<String, Integer> places = new HashMap<>();
        categories.forEach(category -> places.put(category, places.size()));
        return places;
    }

    private static int place(String column, Map<String, Integer> places, String cell, int row) {
        Integer place = places.get(cell);
        if (place == null) {
            requireThere(column, cell, row);
            throw new UnreadableCellException(
                    row, column, "the cell is none of the %d known categories".formatted(places.size()));
        }
        return place;
    }

    private static void requireThere(String column, String cell, int row) {
        if (cell.isBlank()) {
            throw new UnreadableCellException(row, column, "the cell is missing; impute it or drop the row");
        }
    }

    private static void put(String column, float[][] rows, int row, int at, double value) {
        float narrowed = (float) value;
        if (!Float.isFinite(narrowed)) {
            throw new UnreadableCellException(row, column, "the feature is beyond what a float32 can hold");
        }
        rows[row][at] = narrowed;
    }
}
