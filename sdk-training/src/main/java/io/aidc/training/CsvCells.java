package io.aidc.training;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Splits CSV text into rows of cells, one row a call. */
final class CsvCells {
    private static final int END = -1;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final Reader reader;
    private final String source;
    private int next;
    private int rowsRead;

    CsvCells(Reader reader, String source) throws IOException {
        this.reader = reader;
        this.source = source;
        advance();
        if (next == BYTE_ORDER_MARK) {
            advance();
        }
    }

    /** The next row, or null at the end. Lines with nothing on them are passed over. */
    @Nullable
    List<String> row() throws IOException {
        while (next == '\n' || next == '\r') {
            advance();
        }
        if (next == END) {
            return null;
        }
        List<String> cells = new ArrayList<>();
        cells.add(cell());
        while (next == ',') {
            advance();
            cells.add(cell());
        }
        rowsRead++;
        return cells;
    }

    private String cell() throws IOException {
        if (next == '"') {
            return quoted();
        }
        var cell = new StringBuilder();
        while (!endsCell()) {
            if (next == '"') {
                throw malformed("a quote inside a cell that does not begin with one");
            }
            cell.append((char) next);
            advance();
        }
        return cell.toString();
    }

    private String quoted() throws IOException {
        var cell = new StringBuilder();
        advance();
        while (true) {
            if (next == END) {
                throw malformed("a quoted cell is not closed");
            }
            if (next == '"') {
                advance();
                if (next != '"') {
                    break;
                }
            }
            cell.append((char) next);
            advance();
        }
        if (!endsCell()) {
            throw malformed("text after a closing quote");
        }
        return cell.toString();
    }

    private boolean endsCell() {
        return next == ',' || next == '\n' || next == '\r' || next == END;
    }

    private void advance() throws IOException {
        next = reader.read();
    }

    private MalformedTableException malformed(String problem) {
        return new MalformedTableException(source, rowsRead, "", problem);
    }
}
