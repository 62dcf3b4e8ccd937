package io.aidc.training.prepare;

import io.aidc.training.Table;
import java.io.StringReader;
import java.util.List;

/** Makes a table of cells that are in memory, through CSV text with every cell quoted: what goes in comes out. */
final class Tables {
    private Tables() {}

    static Table of(List<String> columns, List<String[]> rows) {
        var text = new StringBuilder();
        append(text, columns.toArray(String[]::new));
        rows.forEach(row -> append(text, row));
        return Table.read(new StringReader(text.toString()));
    }

    private static void append(StringBuilder text, String[] cells) {
        for (int i = 0; i < cells.length; i++) {
            text.append(i == 0 ? "\"" : ",\"")
                    .append(cells[i].replace("\"", "\"\""))
                    .append('"');
        }
        text.append('\n');
    }
}
