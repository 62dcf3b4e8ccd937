package io.aidc.training.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Writes a {@link DataReport} as aligned columns. */
final class ReportText {
    private static final int WIDEST = 32;
    private static final int COMMON_SHOWN = 3;
    private static final List<String> HEADER =
            List.of("column", "type", "missing", "distinct", "min", "mean", "sd", "median", "max", "most common");

    private ReportText() {}

    static String of(DataReport report) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(HEADER);
        report.columns().forEach(column -> lines.add(line(column)));
        var text = new StringBuilder("rows: " + report.rows() + ", duplicates: " + report.duplicateRows() + "\n");
        int[] widths = new int[HEADER.size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            var joined = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                joined.append(line.get(i))
                        .append(" ".repeat(widths[i] - line.get(i).length() + 2));
            }
            text.append(joined.toString().stripTrailing()).append('\n');
        }
        if (!report.constantColumns().isEmpty()) {
            text.append("constant: ")
                    .append(report.constantColumns().stream()
                            .map(ReportText::shown)
                            .collect(Collectors.joining(", ")))
                    .append('\n');
        }
        for (DataReport.Correlation pair : report.correlations()) {
            text.append("correlated: %s and %s, %s\n"
                    .formatted(shown(pair.first()), shown(pair.second()), number(pair.coefficient())));
        }
        for (ColumnProfile.Category category : report.classes()) {
            text.append("class " + shown(category.value()) + ": " + category.count() + "\n");
        }
        return text.toString();
    }

    private static List<String> line(ColumnProfile column) {
        String name = shown(column.name());
        String missing = Integer.toString(column.missing());
        String distinct = Integer.toString(column.distinct());
        if (column instanceof ColumnProfile.Numbers n) {
            return List.of(
                    name,
                    "numbers",
                    missing,
                    distinct,
                    number(n.min()),
                    number(n.mean()),
                    number(n.standardDeviation()),
                    number(n.quantiles().median()),
                    number(n.max()),
                    "");
        }
        String common = column instanceof ColumnProfile.Categories c
                ? c.mostCommon().stream()
                        .limit(COMMON_SHOWN)
                        .map(category -> shown(category.value()) + " (" + category.count() + ")")
                        .collect(Collectors.joining(", "))
                : "";
        String type = column instanceof ColumnProfile.Empty ? "empty" : "texts";
        return List.of(name, type, missing, distinct, "", "", "", "", "", common);
    }

    /** Four digits, or nothing for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        return String.format(Locale.ROOT, "%.4g", value);
    }

    /** On one line and not too long; control characters could move a terminal's cursor. */
    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        if (line.length() <= WIDEST) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(WIDEST - 2)) ? WIDEST - 2 : WIDEST - 1;
        return line.substring(0, end) + "…";
    }
}
