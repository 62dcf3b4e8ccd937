package io.aidc.privacy.anonymize;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** The page of a {@link RiskReport}: HTML with pictures in SVG, nothing else. */
final class RiskPage {
    private static final int[][] SIZES = {
        {1, 1}, {2, 2}, {3, 4}, {5, 9}, {10, 19}, {20, 49}, {50, 99}, {100, 999}, {1000, Integer.MAX_VALUE}
    };
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Re-identification risk</title>
            <style>
            body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;max-width:60rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.7rem;margin-bottom:.2rem}h2{font-size:1.2rem;margin:2.2rem 0 .3rem}p{margin:.3rem 0 .8rem}
            table{border-collapse:collapse;width:100%}
            th,td{padding:.4rem .7rem;border-bottom:1px solid #d8dfe6;text-align:right}
            th:first-child,td:first-child{text-align:left}thead th{color:#4a5a6a}tbody th{font-weight:400}
            svg{width:100%;height:auto;display:block}svg text{font:13px system-ui,sans-serif;fill:#1c2733}
            .before{fill:#c9875a;color:#c9875a}.after{fill:#2f6f9f;color:#2f6f9f}
            .note{background:#f4f6f8;border-left:4px solid #8797a6;padding:.7rem 1rem;margin-top:2rem}
            </style>
            </head>
            <body>
            """;

    private final RiskReport report;
    private final RiskReport.View before;
    private final RiskReport.View after;

    RiskPage(RiskReport report, RiskReport.View before, RiskReport.View after) {
        this.report = report;
        this.before = before;
        this.after = after;
    }

    String html() {
        return HEAD + String.format(Locale.ROOT, """
                        <h1>Can people be found in this table?</h1>
                        %s
                        <p>In the pictures: <span class="before">&#9632;</span> before, <span class="after">&#9632;</span> after.</p>
                        <h2>The risk of being found</h2>
                        %s
                        <h2>In how large a group people hide</h2>
                        <p>The share of rows by the number of rows that look the same. Groups of one are unique people.</p>
                        %s
                        <h2>How much each column tells people apart</h2>
                        <p>The chance that two rows differ in the column. At 0 %% the column tells nothing, at 100 %% it is a name.</p>
                        %s
                        <h2>Who might look</h2>
                        %s
                        <p class="note">These numbers are about one table and an attacker who knows the columns shown above, and nothing
                        else. Knowing other columns, or another table about the same people, raises the risk. A person may be hidden in
                        a large group and still have a secret told, if everybody in the group shares it. None of this is differential
                        privacy.</p>
                        </body>
                        </html>
                        """, summary(), risks(), sizes(), columns(), attackers());
    }

    private String summary() {
        String names = after.separations().keySet().stream()
                .map(name -> "<em>" + Html.escaped(name) + "</em>")
                .collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                """
                <p>The released table shows %,d of %,d rows and hides %,d (%s) that stood out. It keeps %,d groups of rows
                that look the same, the smallest of %,d rows; before there were %,d groups, the smallest of %,d.</p>
                <p>What an attacker is taken to know of a person: %s.</p>
                """,
                after.rows() - after.suppressed(),
                after.rows(),
                after.suppressed(),
                Html.escaped(Html.percent(after.suppressed() / Math.max(1.0, after.rows()))),
                after.classSizes().size(),
                after.smallestClass(),
                before.classSizes().size(),
                before.smallestClass(),
                names);
    }

    private String risks() {
        ReidentificationRisk was = before.prosecutor();
        ReidentificationRisk is = after.prosecutor();
        String above = "rows above " + Html.percent(is.threshold());
        return "<p>An attacker looks for one person and knows that the person is in the table.</p>\n"
                + BarChart.svg(
                        "Risk before and after",
                        List.of(
                                new BarChart.Pair("person most at risk", was.highest(), is.highest()),
                                new BarChart.Pair("average person", was.average(), is.average()),
                                new BarChart.Pair(above, was.shareAbove(), is.shareAbove())));
    }

    private String sizes() {
        List<BarChart.Pair> pairs = new ArrayList<>();
        for (int[] size : SIZES) {
            double was = before.shareInClasses(size[0], size[1]);
            double is = after.shareInClasses(size[0], size[1]);
            if (was > 0 || is > 0) {
                pairs.add(new BarChart.Pair(sizeLabel(size[0], size[1]), was, is));
            }
        }
        return BarChart.svg("Rows by size of their group", pairs);
    }

    private static String sizeLabel(int from, int to) {
        if (to == Integer.MAX_VALUE) {
            return from + " rows or more";
        }
        if (from == 1) {
            return "1 row (unique)";
        }
        return from == to ? from + " rows" : from + " to " + to + " rows";
    }

    private String columns() {
        List<BarChart.Pair> pairs = new ArrayList<>();
        after.separations()
                .forEach((name, is) -> pairs.add(new BarChart.Pair(
                        name, Objects.requireNonNull(before.separations().get(name)), is)));
        return BarChart.svg("How much each column tells people apart", pairs);
    }

    private String attackers() {
        StringBuilder rows = new StringBuilder("""
                <table>
                <thead><tr><th>attacker</th><th>highest</th><th>average</th><th>rows above</th></tr></thead>
                <tbody>
                """);
        rows.append(row("prosecutor, before: knows that a person is in the table", before.prosecutor()));
        rows.append(row("prosecutor, after", after.prosecutor()));
        report.journalist()
                .ifPresent(risk -> rows.append(row("journalist, after: does not know who is in the table", risk)));
        return rows.append(String.format(
                        Locale.ROOT,
                        "<tr><th>marketer, after: links everybody, is right for</th><td></td><td>%s</td><td></td></tr>%n",
                        Html.escaped(Html.percent(report.marketer()))))
                .append("</tbody>\n</table>\n")
                .toString();
    }

    private static String row(String attacker, ReidentificationRisk risk) {
        return String.format(
                Locale.ROOT,
                "<tr><th>%s</th><td>%s</td><td>%s</td><td>%s</td></tr>%n",
                attacker,
                Html.escaped(Html.percent(risk.highest())),
                Html.escaped(Html.percent(risk.average())),
                Html.escaped(Html.percent(risk.shareAbove())));
    }
}
