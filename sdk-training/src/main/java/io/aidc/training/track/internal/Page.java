package io.aidc.training.track.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A page of headings, tables and pictures in one HTML file that loads nothing and runs nothing. All text given to it is escaped,
 * but for pictures, which are made here.
 */
public final class Page {
    private static final String STYLE = """
            :root { color-scheme: light dark; --fg: #1b1f24; --bg: #fff; --soft: #6a737d; --line: #d0d7de; --fill: #0969da;
              --c0: #0969da; --c1: #bc4c00; --c2: #1a7f37; --c3: #8250df; --c4: #bf3989; --c5: #57606a; }
            @media (prefers-color-scheme: dark) {
              :root { --fg: #e6edf3; --bg: #0d1117; --soft: #8b949e; --line: #30363d; --fill: #388bfd;
                --c0: #58a6ff; --c1: #f0883e; --c2: #3fb950; --c3: #bc8cff; --c4: #f778ba; --c5: #b1bac4; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--fg); background: var(--bg); max-width: 60em;
              margin: 2em auto; padding: 0 1em; }
            h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
            table { border-collapse: collapse; margin: 1em 0; display: block; overflow-x: auto; }
            th, td { border: 1px solid var(--line); padding: .25em .6em; text-align: left; vertical-align: top;
              overflow-wrap: anywhere; }
            td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            p.note { color: var(--soft); }
            svg { width: 100%; height: auto; max-width: 46em; } svg text { font: 11px system-ui, sans-serif; fill: var(--fg); }
            svg .grid { stroke: var(--line); stroke-width: 1; } svg .curve { fill: none; stroke-width: 1.8; }
            svg .faint { opacity: .35; stroke-width: 1; } svg .fill { fill: var(--fill); } svg .mark { stroke: none; }
            """;

    private final StringBuilder body = new StringBuilder();
    private final String title;

    public Page(String title) {
        this.title = title;
        body.append("<h1>").append(escaped(title)).append("</h1>\n");
    }

    public Page heading(String text) {
        body.append("<h2>").append(escaped(text)).append("</h2>\n");
        return this;
    }

    public Page note(String text) {
        body.append("<p class=\"note\">").append(escaped(text)).append("</p>\n");
        return this;
    }

    /** A table with a line for each entry. */
    public Page facts(Map<String, String> facts) {
        body.append("<table>\n");
        facts.forEach((name, value) -> body.append("<tr><th scope=\"row\">")
                .append(escaped(name))
                .append("</th><td>")
                .append(escaped(value))
                .append("</td></tr>\n"));
        body.append("</table>\n");
        return this;
    }

    /** A table; what looks like a number is set to the right. */
    public Page table(List<String> head, List<List<String>> rows) {
        body.append("<table>\n<tr>");
        head.forEach(
                cell -> body.append("<th scope=\"col\">").append(escaped(cell)).append("</th>"));
        body.append("</tr>\n");
        for (List<String> row : rows) {
            body.append("<tr>");
            for (String cell : row) {
                boolean number = !cell.isEmpty() && "+-0123456789".indexOf(cell.charAt(0)) >= 0;
                body.append(number ? "<td class=\"n\">" : "<td>")
                        .append(escaped(cell))
                        .append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    /**
     * A square of counts, darker where more of the line's rows are.
     *
     * @param counts first index the line
     */
    public Page counts(String corner, List<String> names, long[][] counts) {
        body.append("<table>\n<tr><th>").append(escaped(corner)).append("</th>");
        names.forEach(
                name -> body.append("<th scope=\"col\">").append(escaped(name)).append("</th>"));
        body.append("</tr>\n");
        for (int i = 0; i < counts.length; i++) {
            body.append("<tr><th scope=\"row\">").append(escaped(names.get(i))).append("</th>");
            long sum = 0;
            for (long count : counts[i]) {
                sum += count;
            }
            for (long count : counts[i]) {
                long percent = sum == 0 ? 0 : Math.round(70.0 * count / sum);
                body.append("<td class=\"n\" style=\"background: color-mix(in srgb, var(--fill) ")
                        .append(percent)
                        .append("%, transparent)\">")
                        .append(count)
                        .append("</td>");
            }
            body.append("</tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    public Page picture(String svg) {
        body.append("<figure>").append(svg).append("</figure>\n");
        return this;
    }

    public String html() {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8"/>
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                %s</body>
                </html>
                """.formatted(escaped(title), STYLE, body);
    }

    /** Text that stands for itself between tags and in quoted attributes; control characters, which XML forbids, become �. */
    public static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean allowed = c >= 0x20 || c == '\n' || c == '\t';
                    boolean character = !(c >= 0xD800 && c <= 0xDFFF) && c != 0x7F && c != 0xFFFE && c != 0xFFFF;
                    out.appendCodePoint(allowed && character ? c : 0xFFFD);
                }
            }
        });
        return out.toString();
    }

    /** A number for people: at most {@code digits} significant ones, the same in every locale. */
    public static String number(double value, int digits) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "n/a" : value > 0 ? "∞" : "-∞";
        }
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (size < 1e-4 || size >= 1e9) {
            return String.format(Locale.ROOT, "%." + (digits - 1) + "e", value);
        }
        int decimals = Math.max(digits - 1 - (int) Math.floor(Math.log10(size)), 0);
        String shown = String.format(Locale.ROOT, "%." + decimals + "f", value);
        return shown.indexOf('.') < 0 ? shown : shown.replaceAll("0+$", "").replaceAll("\\.$", "");
    }

    public static List<String> numbered(int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(Integer.toString(i));
        }
        return names;
    }
}
