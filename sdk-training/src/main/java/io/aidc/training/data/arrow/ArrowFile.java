package io.aidc.training.data.arrow;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads Arrow IPC files, also known as Feather of version 2, and streams in a file, as tables.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="arrow"}
 *
 * <p>Read are columns of booleans, integers, floating-point and decimal numbers, and texts, with a dictionary or
 * without, with nulls as missing cells and NaN as well. Dates, times and durations are integers in the unit of the
 * file. Integers beyond 2<sup>53</sup> make a column of texts, since no float64 holds them. Not read are nested
 * columns, plain bytes and big-endian files. Compression: none, LZ4 frames and Zstandard. File and table are held in
 * memory; files go up to 2 GiB.
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="https://arrow.apache.org/docs/format/Columnar.html">Arrow columnar format</a>
 */
public final class ArrowFile {
    private ArrowFile() {}

    /**
     * Reads all columns.
     *
     * @param file the file
     * @return the table, its columns in the order of the file
     * @throws MalformedFileException if it is no Arrow file or is damaged, or naming the column that is not read
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Table read(Path file) {
        return read(file, List.of());
    }

    /**
     * Reads some columns; the others may be of any kind and are passed over.
     *
     * @param file the file
     * @param columns which columns, in the order wanted; all if empty
     * @return the table
     * @throws IllegalArgumentException if there is no such column
     * @throws MalformedFileException if it is no Arrow file or is damaged, or naming the column that is not read
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Table read(Path file, List<String> columns) {
        List<String> wanted = List.copyOf(columns);
        byte[] bytes;
        try {
            if (Files.size(file) > Integer.MAX_VALUE - 8) {
                throw new MalformedFileException(file.toString(), "", "it is larger than 2 GiB");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
        return new ArrowMessages(file.toString(), bytes).table(wanted);
    }
}
