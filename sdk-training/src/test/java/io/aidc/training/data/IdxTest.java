package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.Dataset;
import io.aidc.training.MalformedFileException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxTest {
    @TempDir
    Path directory;

    private Path file(String name, String hex) throws IOException {
        Path file = directory.resolve(name);
        Files.write(file, HexFormat.of().parseHex(hex.replace(" ", "")));
        return file;
    }

    private Path packed(Path file) throws IOException {
        Path packed = directory.resolve(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(file, out);
        }
        return packed;
    }

    /** Two pictures of 2 by 3, as MNIST's files begin. */
    private Path pictures() throws IOException {
        return file("images", "00000803 00000002 00000002 00000003 00336699CCFF FF0000000001");
    }

    private Path labels(String hex) throws IOException {
        return file("labels", "00000801" + hex);
    }

    @Test
    void classification_scalesBytesAndKeepsTheOrderOfPixels() throws IOException {
        Dataset data = Idx.classification(pictures(), labels("00000002 0901"));
        assertThat(data.rows()).isEqualTo(2);
        assertThat(data.features()).isEqualTo(6);
        assertThat(data.row(0)).containsExactly(0, 0.2f, 0.4f, 0.6f, 0.8f, 1);
        assertThat(data.classes()).isEqualTo(10);
        assertThat(data.label(0)).isEqualTo(9);
        assertThat(data.label(1)).isEqualTo(1);
    }

    @Test
    void classification_ofPackedFiles_isTheSame() throws IOException {
        Path labels = labels("00000002 0901");
        assertThat(Idx.classification(packed(pictures()), packed(labels)).fingerprint())
                .isEqualTo(Idx.classification(pictures(), labels).fingerprint());
    }

    @ParameterizedTest
    @CsvSource({
        "00000801 00000002 01FF, UINT8, 1, 255",
        "00000901 00000002 01FF, INT8, 1, -1",
        "00000B01 00000002 0102FFFE, INT16, 258, -2",
        "00000C01 00000002 00010203FFFFFFFE, INT32, 66051, -2",
        "00000D01 00000002 3FC00000C0200000, FLOAT32, 1.5, -2.5",
        "00000E01 00000002 3FF8000000000000C004000000000000, FLOAT64, 1.5, -2.5"
    })
    void read_ofEachType_isBigEndian(String hex, ElementType type, double first, double second) throws IOException {
        NumberArray array = Idx.read(file("array", hex));
        assertThat(array.type()).isEqualTo(type);
        assertThat(array.shape()).containsExactly(2);
        assertThat(array.doubles()).containsExactly(first, second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0000",
                "01000801 00000001 00",
                "00000A01 00000001 00",
                "00000800 00",
                "000008FF 00000001 00",
                "00000801 000001",
                "00000801 00000002 00",
                "00000801 00000001 0000",
                "00000801 FFFFFFFF 00",
                "00000E01 7FFFFFFF 00",
                "00000803 00010000 00010000 00010000 00"
            })
    void read_ofOtherBytes_isRefused(String hex) throws IOException {
        Path file = file("array", hex);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Idx.read(file))
                .withMessageStartingWith(file.toString());
    }

    @Test
    void classification_ofLabelsThatDoNotFit_isRefused() throws IOException {
        Path pictures = pictures();
        Path few = labels("00000001 09");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Idx.classification(pictures, few))
                .withMessageContaining("labels of shape [1] are not one for each row of features of shape [2, 2, 3]");
    }

    @Test
    void read_ofAMissingOrHalfPackedFile_keepsTheCause() throws IOException {
        assertThatThrownBy(() -> Idx.read(directory.resolve("none"))).isInstanceOf(UncheckedIOException.class);
        byte[] packed = Files.readAllBytes(packed(pictures()));
        Path half = directory.resolve("half.gz");
        Files.write(half, Arrays.copyOf(packed, packed.length / 2));
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Idx.read(half))
                .withMessageContaining("cannot be unpacked");
    }

    @Test
    void read_ofDamagedFiles_isAnArrayOrRefused() throws IOException {
        Path copy = directory.resolve("fuzz");
        assertThat(GoldenFiles.fuzz(pictures(), copy, 7, 200, Idx::read)).isPositive();
        assertThat(GoldenFiles.fuzz(packed(pictures()), copy, 8, 200, Idx::read))
                .isPositive();
    }
}
