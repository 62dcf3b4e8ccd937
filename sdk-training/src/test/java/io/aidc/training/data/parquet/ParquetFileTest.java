package io.aidc.training.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import io.aidc.training.data.GoldenFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none.parquet",
                "snappy.parquet",
                "gzip.parquet",
                "zstd.parquet",
                "lz4.parquet",
                "version2.parquet"
            })
    void read_ofPyArrowsFiles_givesTheirCells(String name) {
        GoldenFiles.assertColumns(ParquetFile.read(GoldenFiles.path(name)));
    }

    @Test
    void read_ofSomeColumns_givesThemInTheOrderWanted() {
        Table table = ParquetFile.read(GoldenFiles.path("snappy.parquet"), List.of("kind", "u8", "f64"));
        assertThat(table.columns()).containsExactly("kind", "u8", "f64");
        assertThat(table.classification("kind").rows()).isEqualTo(GoldenFiles.ROWS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParquetFile.read(GoldenFiles.path("snappy.parquet"), List.of("no")))
                .withMessageContaining("has no column 'no'; it has [flag, i8,");
    }

    @Test
    void read_besideNestedColumns_findsTheOthers() {
        Path nested = GoldenFiles.path("nested.parquet");
        Table table = ParquetFile.read(nested, List.of("before", "after"));
        assertThat(table.numbers("before")).containsExactly(1, 2);
        assertThat(table.numbers("after")).containsExactly(3, 4);
        for (String column : new String[] {"list", "pair"}) {
            assertThatExceptionOfType(MalformedFileException.class)
                    .isThrownBy(() -> ParquetFile.read(nested, List.of(column)))
                    .withMessage("%s, column '%s': it is nested, which is not read; name the columns to read instead"
                            .formatted(nested, column));
        }
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(nested, List.of("bytes")))
                .withMessageContaining("column 'bytes': its values are bytes, not texts");
        assertThatExceptionOfType(MalformedFileException.class).isThrownBy(() -> ParquetFile.read(nested));
    }

    @Test
    void read_ofACompressionThatIsNotRead_namesIt() {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(GoldenFiles.path("brotli.parquet"), List.of("before")))
                .withMessageContaining("column 'before', row group 0")
                .withRootCauseInstanceOf(IOException.class)
                .havingRootCause()
                .withMessage("compression BROTLI is not read; NONE, SNAPPY, GZIP, ZSTD and LZ4_RAW are");
    }

    @Test
    void read_ofAnythingElse_isRefused() throws IOException {
        Path file = directory.resolve("a.parquet");
        Files.writeString(file, "PAR1");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(file))
                .withMessage(file + ": it is too short for a Parquet file");
        Files.writeString(file, "a,b\n1,2\n3,4\n5,6\n");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(file))
                .withMessageContaining("does not begin and end like a Parquet file");
        Files.writeString(file, "PAR1xxxx\uFFFF\uFFFFPAR1");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(file))
                .withMessageContaining("do not fit the file");
        assertThatThrownBy(() -> ParquetFile.read(directory.resolve("none"))).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none.parquet",
                "snappy.parquet",
                "zstd.parquet",
                "lz4.parquet",
                "version2.parquet",
                "nested.parquet"
            })
    void read_ofDamagedFiles_isATableOrRefused(String name) throws IOException {
        List<String> columns = name.startsWith("nested") ? List.of("before", "after") : List.of();
        int refused = GoldenFiles.fuzz(GoldenFiles.path(name), directory.resolve("fuzz"), 11, 60, file -> {
            try {
                return ParquetFile.read(file, columns);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageContaining("has no column");
                return e;
            }
        });
        assertThat(refused).isPositive();
    }

    private Path footer(byte... footer) throws IOException {
        Path file = directory.resolve("footer.parquet");
        ByteBuffer bytes = ByteBuffer.allocate(12 + footer.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("PAR1".getBytes(StandardCharsets.US_ASCII)).put(footer).putInt(footer.length);
        return Files.write(
                file, bytes.put("PAR1".getBytes(StandardCharsets.US_ASCII)).array());
    }

    /** In the compact protocol of Thrift 0x1C begins a structure inside of a structure. */
    @Test
    void read_ofAFooterOfNestedStructures_isRefused() throws IOException {
        byte[] deep = new byte[4 << 20];
        Arrays.fill(deep, (byte) 0x1C);
        Path file = footer(deep);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ParquetFile.read(file))
                .withMessage(file + ", footer: it cannot be decoded");
    }
}
