package io.aidc.training.data;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON lines: one flat object on each line, all with the same keys.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="json"}
 *
 * <p>The keys of the first line name the columns; others may have them in another order. A key's values are all
 * numbers, all texts or all true and false; {@code null} is a missing cell. Integers beyond 2<sup>53</sup> make a
 * column of texts, since no float64 holds them. The whole table is held in memory.
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="https://jsonlines.org">JSON Lines</a>
 */
public final class JsonLines {
    /** Longer than any sensible row, short enough not to fill the memory with one. */
    private static final int LONGEST_LINE = 1 << 24;

    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private JsonLines() {}

    /**
     * Reads a file in UTF-8.
     *
     * @param file the file, one object a line
     * @return the table
     * @throws MalformedFileException if the file is empty, or naming the line that is no flat object, the key that a
     *     line lacks or has too many or twice, or the key whose values are of two kinds
     * @throws UncheckedIOException if the file cannot be read or is not UTF-8
     */
    public static Table read(Path file) {
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return parse(reader, file.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    /**
     * Reads characters to their end.
     *
     * @param reader the lines; not closed
     * @return the table
     * @throws MalformedFileException as {@link #read(Path)} does
     * @throws UncheckedIOException if the reader fails
     */
    public static Table read(Reader reader) {
        Objects.requireNonNull(reader, "reader");
        try {
            return parse(reader, "JSON lines");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the JSON lines", e);
        }
    }

    private static Table parse(Reader characters, String source) throws IOException {
        var reader = new BufferedReader(characters);
        skipByteOrderMark(reader);
        Map<String, JsonColumn> columns = new LinkedHashMap<>();
        int line = 0;
        for (String text = line(reader, source, 1); text != null; text = line(reader, source, line + 1)) {
            line++;
            Map<String, Object> object = object(text, source, line);
            if (line == 1) {
                for (String key : object.keySet()) {
                    columns.put(key, new JsonColumn(source, key));
                }
            }
            add(object, columns, source, line);
        }
        if (columns.isEmpty()) {
            throw new MalformedFileException(source, "", "an object with at least 1 key is needed on the first line");
        }
        Table.Builder table = Table.builder(source);
        for (Map.Entry<String, JsonColumn> column : columns.entrySet()) {
            if (column.getKey().isBlank()) {
                throw new MalformedFileException(source, "line 1", "a key is blank");
            }
            column.getValue().addTo(table);
        }
        return table.build();
    }

    private static void add(Map<String, Object> object, Map<String, JsonColumn> columns, String source, int line) {
        for (Map.Entry<String, JsonColumn> column : columns.entrySet()) {
            if (!object.containsKey(column.getKey())) {
                throw malformed(source, line, column.getKey(), "the key is missing, the first line has it");
            }
            column.getValue().add(object.get(column.getKey()), line);
        }
        if (object.size() > columns.size()) {
            String extra = object.keySet().stream()
                    .filter(key -> !columns.containsKey(key))
                    .findFirst()
                    .orElseThrow();
            throw malformed(source, line, extra, "the first line has no such key");
        }
    }

    static MalformedFileException malformed(String source, int line, String key, String problem) {
        return new MalformedFileException(source, "line %d, key '%s'".formatted(line, key), problem);
    }

    private static Map<String, Object> object(String text, String source, int line) {
        String place = "line " + line;
        if (text.isBlank()) {
            throw new MalformedFileException(source, place, "the line is blank, an object is needed");
        }
        if (text.stripLeading().charAt(0) != '{') {
            throw new MalformedFileException(source, place, "an object is needed");
        }
        try {
            return JsonObjects.parse(text);
        } catch (IOException e) {
            // The parser's own message would repeat part of the line.
            throw new MalformedFileException(source, place, "it is no JSON object whose keys differ");
        }
    }

    private static void skipByteOrderMark(BufferedReader reader) throws IOException {
        reader.mark(1);
        if (reader.read() != BYTE_ORDER_MARK) {
            reader.reset();
        }
    }

    /** The next line without its end, or null at the end of the text. */
    private static @Nullable String line(BufferedReader reader, String source, int line) throws IOException {
        int next = reader.read();
        if (next < 0) {
            return null;
        }
        var text = new StringBuilder();
        while (next >= 0 && next != '\n') {
            if (text.length() == LONGEST_LINE) {
                throw new MalformedFileException(
                        source, "line " + line, "it is longer than %d characters".formatted(LONGEST_LINE));
            }
            text.append((char) next);
            next = reader.read();
        }
        return text.toString();
    }
}
