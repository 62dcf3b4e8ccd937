package io.aidc.training.data.parquet;

import static io.aidc.training.data.parquet.Stated.stated;

import io.aidc.training.data.internal.Compression;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.jspecify.annotations.Nullable;

/** Holds the unpacked pages of one column in one row group. */
final class ColumnChunkPages implements PageReadStore, PageReader {
    /** Reads a range of a file. */
    interface Bytes {
        byte[] read(long from, long length) throws IOException;
    }

    private static final String HEADER = "header of a page";
    private static final String ENCODING = "encoding of a page";
    /** Writers use 128. */
    private static final int LARGEST_BLOCK = 1 << 16;

    private final long rows;
    private final Compression compression;
    private final boolean optional;
    private final Deque<DataPage> pages = new ArrayDeque<>();
    private @Nullable DictionaryPage dictionary;

    private ColumnChunkPages(long rows, Compression compression, boolean optional) {
        this.rows = rows;
        this.compression = compression;
        this.optional = optional;
    }

    static ColumnChunkPages of(ParquetColumn column, RowGroup group, Bytes file) throws IOException {
        ColumnMetaData chunk =
                stated(group.getColumns(), "list of columns").get(column.leaf()).getMeta_data();
        if (chunk == null || !List.of(column.name()).equals(chunk.getPath_in_schema())) {
            throw new IOException("the column's pages are elsewhere or encrypted");
        }
        if (chunk.getNum_values() != group.getNum_rows() || group.getNum_rows() < 0) {
            throw new IOException(
                    "%d values are stated for %d rows".formatted(chunk.getNum_values(), group.getNum_rows()));
        }
        long start = chunk.getData_page_offset();
        if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
            start = Math.min(start, chunk.getDictionary_page_offset());
        }
        byte[] bytes = file.read(start, chunk.getTotal_compressed_size());
        var pages = new ColumnChunkPages(
                group.getNum_rows(), compression(stated(chunk.getCodec(), "compression")), column.optional());
        pages.takeAll(new ByteArrayInputStream(bytes));
        return pages;
    }

    private static Compression compression(CompressionCodec codec) throws IOException {
        return switch (codec) {
            case UNCOMPRESSED -> Compression.NONE;
            case SNAPPY -> Compression.SNAPPY;
            case GZIP -> Compression.GZIP;
            case ZSTD -> Compression.ZSTD;
            case LZ4_RAW -> Compression.LZ4_BLOCK;
            case LZO, BROTLI, LZ4 ->
                throw new IOException(
                        "compression %s is not read; NONE, SNAPPY, GZIP, ZSTD and LZ4_RAW are".formatted(codec));
        };
    }

    private void takeAll(ByteArrayInputStream in) throws IOException {
        long left = rows;
        while (left > 0) {
            PageHeader header = Util.readPageHeader(in);
            byte[] packed = in.readNBytes(header.getCompressed_page_size());
            if (packed.length < header.getCompressed_page_size()) {
                throw new IOException("a page of %d bytes is cut short".formatted(header.getCompressed_page_size()));
            }
            switch (stated(header.getType(), "type of a page")) {
                case DICTIONARY_PAGE -> dictionary = dictionary(header, packed);
                case DATA_PAGE -> pages.add(first(header, packed));
                case DATA_PAGE_V2 -> pages.add(second(header, packed));
                case INDEX_PAGE -> {
                    continue;
                }
            }
            left -= valuesOf(header);
        }
        if (left < 0) {
            throw new IOException("the pages hold %d values more than there are rows".formatted(-left));
        }
    }

    private static int valuesOf(PageHeader header) throws IOException {
        int values = switch (stated(header.getType(), "type of a page")) {
            case DATA_PAGE -> stated(header.getData_page_header(), HEADER).getNum_values();
            case DATA_PAGE_V2 -> stated(header.getData_page_header_v2(), HEADER).getNum_values();
            case DICTIONARY_PAGE, INDEX_PAGE -> 0;
        };
        if (values < 0) {
            throw new IOException("a page states %d values".formatted(values));
        }
        return values;
    }

    private DictionaryPage dictionary(PageHeader header, byte[] packed) throws IOException {
        DictionaryPageHeader page = stated(header.getDictionary_page_header(), HEADER);
        byte[] values = compression.unpack(packed, header.getUncompressed_page_size());
        // Each value takes a byte at least: without this a page of no size could ask for much memory.
        if (dictionary != null || page.getNum_values() < 0 || page.getNum_values() > values.length) {
            throw new IOException(
                    "a dictionary of %d values in %d bytes".formatted(page.getNum_values(), values.length));
        }
        return new DictionaryPage(BytesInput.from(values), page.getNum_values(), encoding(page.getEncoding()));
    }

    private DataPage first(PageHeader header, byte[] packed) throws IOException {
        DataPageHeader page = stated(header.getData_page_header(), HEADER);
        byte[] values = compression.unpack(packed, header.getUncompressed_page_size());
        int levels = 0;
        if (optional) {
            levels = Integer.BYTES
                    + ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        }
        requireSensible(stated(page.getEncoding(), ENCODING), values, levels, page.getNum_values());
        return new DataPageV1(
                BytesInput.from(values),
                page.getNum_values(),
                values.length,
                null,
                encoding(page.getRepetition_level_encoding()),
                encoding(page.getDefinition_level_encoding()),
                encoding(page.getEncoding()));
    }

    private DataPage second(PageHeader header, byte[] packed) throws IOException {
        DataPageHeaderV2 page = stated(header.getData_page_header_v2(), HEADER);
        int repetitions = page.getRepetition_levels_byte_length();
        int definitions = page.getDefinition_levels_byte_length();
        if (repetitions < 0 || definitions < 0 || (long) repetitions + definitions > packed.length) {
            throw new IOException(
                    "levels of %d and %d bytes in a page of %d".formatted(repetitions, definitions, packed.length));
        }
        byte[] values = Arrays.copyOfRange(packed, repetitions + definitions, packed.length);
        if (!page.isSetIs_compressed() || page.isIs_compressed()) {
            values = compression.unpack(values, header.getUncompressed_page_size() - repetitions - definitions);
        }
        requireSensible(stated(page.getEncoding(), ENCODING), values, 0, page.getNum_values());
        return DataPageV2.uncompressed(
                page.getNum_rows(),
                page.getNum_nulls(),
                page.getNum_values(),
                BytesInput.from(packed, 0, repetitions),
                BytesInput.from(packed, repetitions, definitions),
                encoding(page.getEncoding()),
                BytesInput.from(values),
                null);
    }

    /** Delta encodings begin with numbers that their decoder takes memory by. */
    private static void requireSensible(org.apache.parquet.format.Encoding encoding, byte[] values, int at, int most)
            throws IOException {
        switch (encoding) {
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY -> {
                var in = new ByteArrayInputStream(values, at, values.length - at);
                int block = BytesUtils.readUnsignedVarInt(in);
                int parts = BytesUtils.readUnsignedVarInt(in);
                int total = BytesUtils.readUnsignedVarInt(in);
                if (block < 1 || block > LARGEST_BLOCK || parts < 1 || parts > block || total < 0 || total > most) {
                    throw new IOException("a delta encoding of %d values in blocks of %d and %d parts"
                            .formatted(total, block, parts));
                }
            }
            default -> {
                // The others take memory by the number of values, which is bounded by the rows, or by the page.
            }
        }
    }

    private static Encoding encoding(org.apache.parquet.format.@Nullable Encoding encoding) throws IOException {
        return Encoding.valueOf(stated(encoding, ENCODING).name());
    }

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        return this;
    }

    @Override
    public long getRowCount() {
        return rows;
    }

    @Override
    public @Nullable DictionaryPage readDictionaryPage() {
        return dictionary;
    }

    @Override
    public long getTotalValueCount() {
        return rows;
    }

    @Override
    public @Nullable DataPage readPage() {
        return pages.poll();
    }
}
