package io.aidc.security.policy;

import java.util.List;

/** Writes a page with one table. All text is escaped. */
final class HtmlTable {
    static final String FOOT = "</table></body></html>\n";

    private HtmlTable() {}

    static String head(String title, String legend) {
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>%1$s</title><style>
            body { font: 14px sans-serif } table { border-collapse: collapse }
            th, td { border: 1px solid #ccc; padding: 2px 6px; text-align: left }
            thead th { position: sticky; top: 0; background: #fff }
            .yes { background: #dfd } .no { background: #fdd }
            </style></head><body><h1>%1$s</h1><p>%2$s</p><table>
            """.formatted(escape(title), escape(legend));
    }

    static void heads(List<String> heads, StringBuilder out) {
        out.append("<thead><tr>");
        heads.forEach(
                head -> out.append("<th scope=\"col\">").append(escape(head)).append("</th>"));
        out.append("</tr></thead>\n");
    }

    static void line(String head, Runnable cells, StringBuilder out) {
        out.append("<tr><th scope=\"row\">").append(escape(head)).append("</th>");
        cells.run();
        out.append("</tr>\n");
    }

    static void cell(String style, String text, String hint, StringBuilder out) {
        out.append("<td class=\"")
                .append(escape(style))
                .append("\" title=\"")
                .append(escape(hint))
                .append("\">");
        out.append(escape(text)).append("</td>");
    }

    private static String escape(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<', '>', '&', '"', '\'' -> out.append("&#").append(c).append(';');
                default -> out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
