package io.aidc.training.data.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.flatbuffers.FlatBufferBuilder;
import io.aidc.training.MalformedFileException;
import io.aidc.training.Table;
import io.aidc.training.data.GoldenFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Struct_;
import org.apache.arrow.flatbuf.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowFileTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"plain.arrow", "lz4.arrow", "zstd.arrow", "stream.arrow"})
    void read_ofPyArrowsFiles_givesTheirCells(String name) {
        Table table = ArrowFile.read(GoldenFiles.path(name));
        GoldenFiles.assertColumns(table);
        GoldenFiles.assertTexts(table, "coded", GoldenFiles.holes(i -> "wörd" + i % 7));
        GoldenFiles.assertTexts(table, "view", i -> "a text of more than twelve bytes " + i);
        GoldenFiles.assertTexts(table, "large", GoldenFiles.holes(i -> "wörd" + i % 7));
        GoldenFiles.assertTexts(table, "none", i -> "");
        GoldenFiles.assertTexts(table, "last", String::valueOf);
    }

    @Test
    void read_ofAnOldStream_givesItsCells() {
        GoldenFiles.assertColumns(ArrowFile.read(GoldenFiles.path("legacy.arrow")));
    }

    @Test
    void read_ofAFeatherFile_givesItsColumns() {
        Table table = ArrowFile.read(GoldenFiles.path("feather.arrow"));
        assertThat(table.columns()).containsExactly("f32", "kind");
        assertThat(table.texts("kind")).startsWith("a", "b", "a");
    }

    @Test
    void read_ofADictionaryThatGrows_knowsItsLaterWords() {
        assertThat(ArrowFile.read(GoldenFiles.path("delta.arrow")).texts("c")).containsExactly("a", "b", "a", "b", "c");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ArrowFile.read(GoldenFiles.path("replaced.arrow")))
                .havingRootCause()
                .withMessageContaining("is replaced on the way, which is not read");
    }

    @Test
    void read_besideNestedColumns_findsTheOthers() {
        Path nested = GoldenFiles.path("nested.arrow");
        Table table = ArrowFile.read(nested, List.of("after", "before"));
        assertThat(table.columns()).containsExactly("after", "before");
        assertThat(table.numbers("before")).containsExactly(1, 2);
        assertThat(table.numbers("after")).containsExactly(3, 4);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ArrowFile.read(nested))
                .withMessage(nested + ", column 'list': List is not read; name the columns to read instead");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ArrowFile.read(nested, List.of("bytes")))
                .withMessageContaining("Binary is not read");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ArrowFile.read(nested, List.of("no")))
                .withMessageContaining("has no column 'no'; it has [before, list, pair, bytes, after]");
        assertThatIllegalArgumentException().isThrownBy(() -> ArrowFile.read(nested, List.of("after", "after")));
    }

    @Test
    void read_ofAnythingElse_isRefused() throws IOException {
        Path file = directory.resolve("a.arrow");
        for (String text : new String[] {"", "abc", "a,b\n1,2\n3,4\n5,6\n", "ARROW1\0\0", "ARROW1\0\0xxxxxxxxARROW1"}) {
            Files.writeString(file, text);
            assertThatExceptionOfType(MalformedFileException.class)
                    .isThrownBy(() -> ArrowFile.read(file))
                    .withMessageStartingWith(file.toString());
        }
        assertThatThrownBy(() -> ArrowFile.read(directory.resolve("none"))).isInstanceOf(UncheckedIOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain.arrow", "lz4.arrow", "zstd.arrow", "stream.arrow", "delta.arrow", "legacy.arrow"})
    void read_ofDamagedFiles_isATableOrRefused(String name) throws IOException {
        int refused = GoldenFiles.fuzz(
                GoldenFiles.path(name), directory.resolve("fuzz"), 12, 60, file -> ArrowFile.read(file));
        assertThat(refused).isPositive();
    }

    /** Each column has the next as both of its children, so that as a tree they are 2^24. */
    @Test
    void read_ofColumnsThatShareTheirChildren_isRefused() throws IOException {
        var builder = new FlatBufferBuilder();
        int name = builder.createString("a");
        int field = struct(builder, name, new int[0]);
        for (int i = 0; i < 24; i++) {
            field = struct(builder, name, new int[] {field, field});
        }
        int fields = Schema.createFieldsVector(builder, new int[] {field});
        int schema = Schema.createSchema(builder, Endianness.Little, fields, 0, 0);
        builder.finish(Message.createMessage(builder, MetadataVersion.V5, MessageHeader.Schema, schema, 0, 0));
        byte[] message = builder.sizedByteArray();
        Path file = directory.resolve("shared.arrow");
        Files.write(
                file,
                ByteBuffer.allocate(8 + message.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(-1)
                        .putInt(message.length)
                        .put(message)
                        .array());
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> ArrowFile.read(file))
                .havingRootCause()
                .withMessage("there are more than 1048576 columns");
    }

    private static int struct(FlatBufferBuilder builder, int name, int[] children) {
        int list = Field.createChildrenVector(builder, children);
        Struct_.startStruct_(builder);
        int type = Struct_.endStruct_(builder);
        return Field.createField(builder, name, true, Type.Struct_, type, 0, list, 0);
    }
}
