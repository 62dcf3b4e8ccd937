package io.aidc.training.quality;

import java.util.List;
import java.util.Locale;

/** Writes a {@link DataReport} as one HTML page with inline SVG. */
final class ReportPage {
    private static final int BAR_WIDTH = 160;
    private static final int PICTURE_WIDTH = 200;
    private static final int PICTURE_HEIGHT = 48;

    private static final String STYLE = """
            body{font:14px/1.45 system-ui,sans-serif;margin:2em auto;max-width:72em;padding:0 1em;color:#222;background:#fff}
            table{border-collapse:collapse;margin:.5em 0 2em}
            th,td{text-align:left;padding:.3em .9em .3em 0;border-bottom:1px solid #ddd;vertical-align:top}
            td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
            rect.bar{fill:#3b6ea5}rect.back{fill:#e6e9ee}rect.gap{fill:#c2562d}
            .note{color:#666}
            """;

    private final DataReport report;
    private final StringBuilder page = new StringBuilder();

    private ReportPage(DataReport report) {
        this.report = report;
    }

    static String of(DataReport report, String title) {
        return new ReportPage(report).write(title);
    }

    private String write(String title) {
        String name = escaped(title);
        page.append("""
                        <!DOCTYPE html>
                        <html lang="en">
                        <head>
                        <meta charset="utf-8">
                        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                        <meta name="viewport" content="width=device-width">
                        <title>""")
                .append(name)
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<h1>")
                .append(name)
                .append("</h1>\n");
        page.append(String.format(
                Locale.ROOT,
                "<p>%d rows, %d columns, %d duplicate rows.</p>\n",
                report.rows(),
                report.columns().size(),
                report.duplicateRows()));
        numbers();
        texts();
        findings();
        classes();
        return page.append("</body>\n</html>\n").toString();
    }

    private void numbers() {
        if (report.columns().stream().noneMatch(ColumnProfile.Numbers.class::isInstance)) {
            return;
        }
        open(
                "Numbers",
                "column",
                "missing",
                "#distinct",
                "#min",
                "#5 %",
                "#median",
                "#95 %",
                "#max",
                "#mean",
                "#sd",
                "");
        for (ColumnProfile column : report.columns()) {
            if (column instanceof ColumnProfile.Numbers n) {
                page.append("<tr>");
                cell(n.name());
                missing(n);
                number(n.distinct());
                number(n.min());
                number(n.quantiles().p05());
                number(n.quantiles().median());
                number(n.quantiles().p95());
                number(n.max());
                number(n.mean());
                number(n.standardDeviation());
                page.append("<td>");
                picture(n.name(), n.histogram());
                page.append("</td></tr>\n");
            }
        }
        page.append("</table>\n");
    }

    private void texts() {
        if (report.columns().stream().allMatch(ColumnProfile.Numbers.class::isInstance)) {
            return;
        }
        open("Texts", "column", "missing", "#distinct", "most common");
        for (ColumnProfile column : report.columns()) {
            if (!(column instanceof ColumnProfile.Numbers)) {
                page.append("<tr>");
                cell(column.name());
                missing(column);
                number(column.distinct());
                page.append("<td>");
                if (column instanceof ColumnProfile.Categories c) {
                    bars(c.mostCommon(), report.rows());
                }
                page.append("</td></tr>\n");
            }
        }
        page.append("</table>\n");
    }

    private void findings() {
        List<String> constant = report.constantColumns();
        if (!constant.isEmpty()) {
            page.append("<h2>Constant columns</h2>\n<ul>\n");
            constant.forEach(name -> page.append("<li>").append(escaped(name)).append("</li>\n"));
            page.append("</ul>\n");
        }
        if (!report.correlations().isEmpty()) {
            open("Strong correlations", "first", "second", "#coefficient");
            for (DataReport.Correlation pair : report.correlations()) {
                page.append("<tr>");
                cell(pair.first());
                cell(pair.second());
                number(pair.coefficient());
                page.append("</tr>\n");
            }
            page.append("</table>\n");
        }
    }

    private void classes() {
        if (!report.classes().isEmpty()) {
            page.append("<h2>Classes</h2>\n<p class=\"note\">%s rows of the greatest for one of the smallest.</p>\n"
                    .formatted(ReportText.number(report.imbalance())));
            bars(report.classes(), report.rows());
        }
    }

    /** Begins a table; a number sign marks columns of numbers. */
    private void open(String heading, String... columns) {
        page.append("<h2>").append(heading).append("</h2>\n<table>\n<tr>");
        for (String column : columns) {
            boolean numeric = column.startsWith("#");
            page.append(numeric ? "<th class=\"n\">" : "<th>")
                    .append(escaped(numeric ? column.substring(1) : column))
                    .append("</th>");
        }
        page.append("</tr>\n");
    }

    private void cell(String text) {
        page.append("<td>").append(escaped(text)).append("</td>");
    }

    private void number(double value) {
        page.append("<td class=\"n\">").append(ReportText.number(value)).append("</td>");
    }

    private void missing(ColumnProfile column) {
        double share = report.rows() == 0 ? 0 : (double) column.missing() / report.rows();
        page.append("<td>");
        bar(share, "gap", 60);
        page.append(String.format(Locale.ROOT, " %d (%.1f %%)</td>", column.missing(), 100 * share));
    }

    private void bars(List<ColumnProfile.Category> categories, int rows) {
        for (ColumnProfile.Category category : categories) {
            page.append("<div>");
            bar(rows == 0 ? 0 : (double) category.count() / rows, "bar", BAR_WIDTH);
            page.append(" ")
                    .append(escaped(category.value()))
                    .append(" <span class=\"note\">")
                    .append(category.count())
                    .append("</span></div>\n");
        }
    }

    private void bar(double share, String kind, int width) {
        page.append(String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"10\" aria-hidden=\"true\"><rect class=\"back\" width=\"%d\" height=\"10\"/>"
                        + "<rect class=\"%s\" width=\"%.1f\" height=\"10\"/></svg>",
                width,
                width,
                kind,
                share * width));
    }

    private void picture(String name, ColumnProfile.Histogram histogram) {
        List<Integer> counts = histogram.counts();
        if (counts.isEmpty()) {
            return;
        }
        int most = counts.stream().mapToInt(Integer::intValue).max().orElse(1);
        double width = (double) PICTURE_WIDTH / counts.size();
        page.append(String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"histogram of %s\">",
                PICTURE_WIDTH,
                PICTURE_HEIGHT,
                escaped(name)));
        for (int i = 0; i < counts.size(); i++) {
            double height = (double) counts.get(i) / most * PICTURE_HEIGHT;
            page.append(String.format(
                    Locale.ROOT,
                    "<rect class=\"bar\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                    i * width,
                    PICTURE_HEIGHT - height,
                    width - 1,
                    height));
        }
        page.append("</svg>");
    }

    /** Escapes for text and for quoted attributes; control characters and halves of a pair have no place in HTML. */
    static String escaped(String text) {
        var safe = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> {
                    boolean plain = c == '\n' || c == '\t' || !(Character.isISOControl(c) || isUnpaired(c));
                    safe.appendCodePoint(plain ? c : '\uFFFD');
                }
            }
        });
        return safe.toString();
    }

    private static boolean isUnpaired(int codePoint) {
        return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
    }
}
