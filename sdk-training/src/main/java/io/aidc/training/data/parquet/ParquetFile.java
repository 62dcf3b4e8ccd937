package io.aidc.training.data.parquet;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import io.aidc.training.data.internal.ColumnValues;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;

/**
 * Reads Parquet files as tables.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="parquet"}
 *
 * <p>Read are columns of booleans, integers, floating-point and decimal numbers, and texts, with nulls as missing
 * cells and NaN as well. Dates and times are integers in the unit of the file. Integers beyond 2<sup>53</sup> make a
 * column of texts, since no float64 holds them. Not read are nested and repeated columns, plain bytes, the outdated
 * 96-bit times and encrypted files. Compression: none, Snappy, gzip, LZ4 (raw) and Zstandard. The whole table is held
 * in memory.
 *
 * <p>Thread-safe: holds no state.
 *
 * @see <a href="https://parquet.apache.org/docs/file-format/">Parquet file format</a>
 */
public final class ParquetFile {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL = MAGIC.length + Integer.BYTES;
    private static final int LONGEST_FOOTER = 1 << 27;

    private final String source;
    private final SeekableByteChannel channel;

    private ParquetFile(String source, SeekableByteChannel channel) {
        this.source = source;
        this.channel = channel;
    }

    /**
     * Reads all columns.
     *
     * @param file the file
     * @return the table, its columns in the order of the file
     * @throws MalformedFileException if it is no Parquet file or is damaged, or naming the column that is not read
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
     * @throws MalformedFileException if it is no Parquet file or is damaged, or naming the column that is not read
     * @throws UncheckedIOException if the file cannot be read
     */
    public static Table read(Path file, List<String> columns) {
        List<String> wanted = List.copyOf(columns);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            return new ParquetFile(file.toString(), channel).table(wanted);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    private Table table(List<String> wanted) throws IOException {
        FileMetaData footer = footer();
        List<ParquetColumn> columns = ParquetColumn.of(source, schema(footer), wanted);
        List<RowGroup> groups = Objects.requireNonNullElse(footer.getRow_groups(), List.of());
        String createdBy = Objects.requireNonNullElse(footer.getCreated_by(), "");
        var table = Table.builder(source);
        for (ParquetColumn column : columns) {
            var values = new ColumnValues(column.kind());
            for (int i = 0; i < groups.size(); i++) {
                String place = "column '%s', row group %d".formatted(column.name(), i);
                try {
                    addGroup(column, groups.get(i), createdBy, values);
                } catch (RuntimeException | IOException | StackOverflowError e) {
                    // The decoders of Parquet end as many kinds of runtime exceptions on data that is damaged, and go
                    // as deep as its structures.
                    throw new MalformedFileException(source, place, "it cannot be decoded", e);
                }
            }
            values.addTo(table, column.name());
        }
        return table.build();
    }

    private List<SchemaElement> schema(FileMetaData footer) {
        List<SchemaElement> schema = footer.getSchema();
        if (schema == null || schema.isEmpty()) {
            throw new MalformedFileException(source, "footer", "it holds no schema");
        }
        return schema;
    }

    private void addGroup(ParquetColumn column, RowGroup group, String createdBy, ColumnValues values)
            throws IOException {
        var chunk = ColumnChunkPages.of(column, group, this::bytes);
        if ((long) values.size() + group.getNum_rows() > Integer.MAX_VALUE) {
            throw new IOException("there are more than %d rows".formatted(Integer.MAX_VALUE));
        }
        column.addTo(values, chunk, createdBy);
    }

    private FileMetaData footer() throws IOException {
        long size = channel.size();
        if (size < MAGIC.length + TAIL) {
            throw new MalformedFileException(source, "", "it is too short for a Parquet file");
        }
        ByteBuffer tail = ByteBuffer.wrap(bytes(size - TAIL, TAIL)).order(ByteOrder.LITTLE_ENDIAN);
        int length = tail.getInt();
        ByteBuffer magic = ByteBuffer.wrap(MAGIC);
        if (!tail.equals(magic) || !ByteBuffer.wrap(bytes(0, MAGIC.length)).equals(magic)) {
            throw new MalformedFileException(
                    source, "", "it does not begin and end like a Parquet file that is not encrypted");
        }
        if (length < 0 || length > Math.min(LONGEST_FOOTER, size - TAIL - MAGIC.length)) {
            throw new MalformedFileException(
                    source, "footer", "%d bytes do not fit the file".formatted(Integer.toUnsignedLong(length)));
        }
        byte[] footer = bytes(size - TAIL - length, length);
        try {
            return Util.readFileMetaData(new ByteArrayInputStream(footer));
        } catch (RuntimeException | IOException | StackOverflowError e) {
            throw new MalformedFileException(source, "footer", "it cannot be decoded", e);
        }
    }

    /** Reads a range, which must lie in the file. */
    private byte[] bytes(long from, long length) throws IOException {
        if (from < 0 || length < 0 || length > Integer.MAX_VALUE - 8 || from > channel.size() - length) {
            throw new IOException("%d bytes at %d are not in the file".formatted(length, from));
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) length);
        channel.position(from);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return bytes.array();
    }
}
