package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.MalformedFileException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
    @TempDir
    Path directory;

    private static NumberArray golden(String name) {
        return Npy.read(GoldenFiles.path(name));
    }

    private static String file(ElementType type, String kind) {
        return type.name().toLowerCase(Locale.ROOT) + "-" + kind + ".npy";
    }

    private static double[] expected(ElementType type) {
        return switch (type) {
            case BOOL -> new double[] {0, 1, 1, 1, 0, 0};
            case INT8 -> new double[] {0, 1, 2, -128, 127, 100};
            case INT16 -> new double[] {0, 1, 2, -32768, 32767, 100};
            case INT32 -> new double[] {0, 1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE, 100};
            case INT64 -> new double[] {0, 1, 2, -0x1p63, 0x1p63, 100};
            case UINT8 -> new double[] {0, 1, 2, 0, 255, 100};
            case UINT16 -> new double[] {0, 1, 2, 0, 65535, 100};
            case UINT32 -> new double[] {0, 1, 2, 0, 4294967295.0, 100};
            case UINT64 -> new double[] {0, 1, 2, 0, 0x1p64, 100};
            case FLOAT16, FLOAT32, FLOAT64 ->
                new double[] {0, -1.5, 65504, Double.POSITIVE_INFINITY, Double.NaN, 0x1p-24};
        };
    }

    @ParameterizedTest
    @EnumSource
    void read_ofNumPysFiles_givesTheNumbersOfBothOrders(ElementType type) {
        NumberArray little = golden(file(type, "little-c"));
        NumberArray big = golden(file(type, "big-f"));
        assertThat(little.type()).isEqualTo(type);
        assertThat(little.shape()).containsExactly(2, 3);
        assertThat(little.doubles()).containsExactly(expected(type));
        assertThat(big.type()).isEqualTo(type);
        assertThat(big.shape()).containsExactly(2, 3);
        assertThat(big.doubles()).containsExactly(expected(type));
    }

    @ParameterizedTest
    @EnumSource
    void write_givesTheBytesOfNumPy(ElementType type) throws IOException {
        Path golden = GoldenFiles.path(file(type, "little-c"));
        Path copy = directory.resolve("copy.npy");
        Npy.write(copy, Npy.read(golden));
        assertThat(copy).hasSameBinaryContentAs(golden);
    }

    @Test
    void read_ofIntegers_isExact() {
        assertThat(golden("int64-little-c.npy").longs()).containsExactly(0, 1, 2, Long.MIN_VALUE, Long.MAX_VALUE, 100);
        assertThat(golden("uint32-big-f.npy").longs()).containsExactly(0, 1, 2, 0, 4294967295L, 100);
    }

    @Test
    void read_ofACubeWithTheFirstIndexFastest_turnsIt() {
        NumberArray cube = golden("cube-f.npy");
        assertThat(cube.shape()).containsExactly(2, 3, 4);
        assertThat(cube.doubles())
                .containsExactly(IntStream.range(0, 24).asDoubleStream().toArray());
    }

    @Test
    void read_ofAScalarAndOfNothing_givesTheirShapes() throws IOException {
        assertThat(golden("scalar.npy").shape()).isEmpty();
        assertThat(golden("scalar.npy").doubles()).containsExactly(2.5);
        assertThat(golden("empty.npy").shape()).containsExactly(0, 3);
        assertThat(golden("empty.npy").floats()).isEmpty();
        for (String name : new String[] {"scalar.npy", "empty.npy"}) {
            Path copy = directory.resolve(name);
            Npy.write(copy, golden(name));
            assertThat(copy).hasSameBinaryContentAs(GoldenFiles.path(name));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"version2.npy", "version3.npy"})
    void read_ofLaterVersions_readsTheirLongerLength(String name) {
        assertThat(golden(name).longs()).containsExactly(0, 1, 2);
    }

    @Test
    void read_ofObjectsAndStructures_isRefusedByTheirDescription() {
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> golden("object.npy"))
                .withMessageContaining("object.npy, header: descr '|O' is not read");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> golden("structure.npy"))
                .satisfies(e -> assertThat(e.place()).isEqualTo("header"));
    }

    private Path file(String header, byte... data) throws IOException {
        var out = new ByteArrayOutputStream();
        out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.write(header.getBytes(StandardCharsets.ISO_8859_1));
        out.write(data);
        Path file = directory.resolve("file.npy");
        Files.write(file, out.toByteArray());
        return file;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"shape\": (2L,), \"descr\": '|u1', 'fortran_order':False}",
                "  {'descr':'u1','fortran_order':True,'shape':( 2 , ) , }  \n",
                "{'descr': '=u1', 'fortran_order': False, 'shape': (2, 1)}"
            })
    void read_ofHeadersWrittenByOthers_followsPython(String header) throws IOException {
        assertThat(Npy.read(file(header, (byte) 7, (byte) 8)).longs()).containsExactly(7, 8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{'descr': '|u1', 'fortran_order': False}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'shape': (2,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': (2,)}",
                "{'descr': '|u1', 'fortran_order': 'no', 'shape': (2,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (65536, 65536)}",
                "{'descr': True, 'fortran_order': False, 'shape': (2,)}",
                "{'descr': '<c8', 'fortran_order': False, 'shape': (2,)}",
                "{'descr': '<u3', 'fortran_order': False, 'shape': (2,)}",
                "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)} x"
            })
    void read_ofOtherHeaders_isRefused(String header) throws IOException {
        Path file = file(header, (byte) 7, (byte) 8);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(file))
                .satisfies(e -> assertThat(e.place()).isEqualTo("header"));
    }

    @Test
    void read_ofTooFewOrTooManyBytes_isRefused() throws IOException {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,)}";
        Path huge = file(header, new byte[7]);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(huge))
                .withMessage(huge + ", elements: 2000000000 bytes are needed, the file ends after 7");
        Path trailing = file("{'descr': '|u1', 'fortran_order': False, 'shape': (1,)}", new byte[2]);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(trailing))
                .withMessage(trailing + ", elements: there are bytes behind the last of them");
    }

    @Test
    void read_ofAnythingElse_isRefused() throws IOException {
        Path text = directory.resolve("text.npy");
        Files.writeString(text, "a,b\n1,2\n3,4\n");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(text))
                .withMessage(text + ": it does not begin like an .npy file");
        Files.write(text, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 4, 0, 0, 0});
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(text))
                .withMessageContaining("version must be 1.0 to 3.0, got 4.0");
        Files.write(text, new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1});
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npy.read(text))
                .withMessageContaining("at most 10000 bytes, got 4294967295");
        assertThatThrownBy(() -> Npy.read(directory.resolve("none.npy")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.npy");
    }

    @Test
    void read_ofDamagedFiles_isAnArrayOrRefused() throws IOException {
        for (String name : new String[] {"float32-little-c.npy", "cube-f.npy", "version3.npy"}) {
            int refused = GoldenFiles.fuzz(GoldenFiles.path(name), directory.resolve("fuzz.npy"), 5, 200, Npy::read);
            assertThat(refused).isPositive();
        }
    }
}
