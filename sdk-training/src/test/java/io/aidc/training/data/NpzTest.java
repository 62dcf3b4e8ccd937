package io.aidc.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"stored.npz", "deflated.npz"})
    void read_ofNumPysFiles_givesArraysByName(String name) {
        Map<String, NumberArray> arrays = Npz.read(GoldenFiles.path(name));
        assertThat(arrays.keySet()).containsExactly("x", "y");
        assertThat(arrays.get("x")).hasToString("FLOAT32[2, 3, 4]");
        assertThat(arrays.get("y")).isEqualTo(NumberArray.of(new long[] {1, 0}, 2));
    }

    @Test
    void read_ofOneArray_passesTheOthersOver() {
        Path file = GoldenFiles.path("deflated.npz");
        assertThat(Npz.read(file, "y")).isEqualTo(NumberArray.of(new long[] {1, 0}, 2));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.read(file, "z"))
                .withMessage(file + " has no array 'z'; it has [x.npy, y.npy]");
    }

    @Test
    void write_thenRead_givesTheArraysBack() throws IOException {
        Map<String, NumberArray> arrays = new LinkedHashMap<>();
        arrays.put("weights", NumberArray.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2));
        arrays.put("a/b ü", NumberArray.of(new long[] {7}));
        Path file = directory.resolve("a.npz");
        Npz.write(file, arrays);
        assertThat(Npz.read(file)).containsExactlyEntriesOf(arrays);
        Path again = directory.resolve("b.npz");
        Npz.write(again, arrays);
        assertThat(again).hasSameBinaryContentAs(file);
    }

    @Test
    void read_beyondTheBound_isRefusedByTheEntry() {
        Path file = GoldenFiles.path("deflated.npz");
        assertThat(Npz.read(file, 24 * 4 + 16)).hasSize(2);
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npz.read(file, 24 * 4 + 15))
                .withMessageContaining("entry 'y.npy': 16 bytes of elements are too many, at most 15 are read");
        assertThatIllegalArgumentException().isThrownBy(() -> Npz.read(file, 0));
    }

    @Test
    void read_ofOtherEntries_isRefused() throws IOException {
        Path file = directory.resolve("a.npz");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("notes.txt"));
            zip.write("hello".getBytes(StandardCharsets.US_ASCII));
        }
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npz.read(file))
                .withMessage(file + ", entry 'notes.txt': it is no .npy file");
        Files.writeString(file, "no zip");
        assertThatExceptionOfType(MalformedFileException.class)
                .isThrownBy(() -> Npz.read(file))
                .withMessage(file + ": it is no zip file");
    }

    @Test
    void write_ofNothingOrWithoutName_isRefused() {
        Path file = directory.resolve("a.npz");
        assertThatIllegalArgumentException().isThrownBy(() -> Npz.write(file, Map.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Npz.write(file, Map.of(" ", NumberArray.of(new float[1], 1))));
    }

    @Test
    void read_ofDamagedFiles_isArraysOrRefused() throws IOException {
        for (String name : new String[] {"stored.npz", "deflated.npz"}) {
            int refused = GoldenFiles.fuzz(GoldenFiles.path(name), directory.resolve("fuzz.npz"), 6, 200, Npz::read);
            assertThat(refused).isPositive();
        }
    }
}
