package io.aidc.privacy.anonymize;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values after RFC 4180 with any separator; lines end in CRLF or LF, a byte order mark is skipped.
 * Messages name a line, never what is in it.
 */
final class Csv {
    private static final int END = -1;
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    /** One record and the line, from 1, on which it begins. */
    record Line(int number, List<String> fields) {}

    private final Reader reader;
    private final char separator;
    private int current;
    private int line = 1;

    private Csv(Reader reader, char separator) throws IOException {
        this.reader = reader;
        this.separator = separator;
        current = reader.read();
        if (current == BYTE_ORDER_MARK) {
            current = reader.read();
        }
    }

    /** Reads all records. */
    static List<Line> read(Reader reader, char separator) {
        checkSeparator(separator);
        try {
            Csv csv = new Csv(reader, separator);
            List<Line> lines = new ArrayList<>();
            while (csv.current != END) {
                lines.add(csv.line());
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the table", e);
        }
    }

    /** Writes one record, ended by CRLF. */
    static void write(Writer writer, char separator, List<String> fields) {
        checkSeparator(separator);
        try {
            for (int i = 0; i < fields.size(); i++) {
                if (i > 0) {
                    writer.write(separator);
                }
                writer.write(quoted(fields.get(i), separator));
            }
            writer.write("\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the table", e);
        }
    }

    private static String quoted(String field, char separator) {
        boolean plain = !field.isEmpty()
                && field.chars()
                        .noneMatch(c -> c == separator || c == '"' || c == '\r' || c == '\n' || c == BYTE_ORDER_MARK);
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }

    private static void checkSeparator(char separator) {
        if (separator == '"' || separator == '\r' || separator == '\n' || separator == BYTE_ORDER_MARK) {
            throw new IllegalArgumentException(
                    "separator must not be a quote, a line end or a byte order mark, got U+%04X"
                            .formatted((int) separator));
        }
    }

    private Line line() throws IOException {
        int number = line;
        List<String> fields = new ArrayList<>();
        fields.add(field());
        while (current == separator) {
            advance();
            fields.add(field());
        }
        if (current == '\r') {
            advance();
            if (current != '\n') {
                throw broken("a carriage return without a line feed");
            }
        }
        if (current == '\n') {
            advance();
            line++;
        }
        return new Line(number, fields);
    }

    private String field() throws IOException {
        return current == '"' ? quotedField() : plainField();
    }

    private String plainField() throws IOException {
        StringBuilder text = new StringBuilder();
        while (current != END && current != separator && current != '\r' && current != '\n') {
            if (current == '"') {
                throw broken("a quote inside a field that does not begin with one");
            }
            text.append((char) current);
            advance();
        }
        return text.toString();
    }

    private String quotedField() throws IOException {
        int start = line;
        StringBuilder text = new StringBuilder();
        advance();
        while (true) {
            if (current == END) {
                throw new IllegalArgumentException("line " + start + ": a quoted field that never ends");
            }
            if (current == '"') {
                advance();
                if (current != '"') {
                    break;
                }
            }
            if (current == '\n') {
                line++;
            }
            text.append((char) current);
            advance();
        }
        if (current != END && current != separator && current != '\r' && current != '\n') {
            throw broken("text after the closing quote of a field");
        }
        return text.toString();
    }

    private void advance() throws IOException {
        current = reader.read();
    }

    private IllegalArgumentException broken(String what) {
        return new IllegalArgumentException("line " + line + ": " + what);
    }
}
