package io.aidc.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden files are of the reference implementation: {@code src/test/python/safetensors_golden.py}. */
class SafetensorsTest {
    @TempDir
    Path directory;

    static Path golden(String name) {
        try {
            return Path.of(
                    SafetensorsTest.class.getResource("/safetensors/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Tensor> all(SafetensorsFile file) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        file.entries().keySet().forEach(name -> tensors.put(name, file.tensor(name)));
        return tensors;
    }

    @Test
    void open_ofAReferenceFile_readsEveryType() {
        try (SafetensorsFile file = Safetensors.open(golden("all-types.safetensors"))) {
            assertThat(file.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(file.tensor("f64").doubles()).containsExactly(0, 0.1, 0.2, 3 * 0.1, 0.4, 0.5);
            assertThat(file.tensor("f64").shape()).containsExactly(2L, 3L);
            assertThat(file.tensor("f32").floats())
                    .containsExactly(0f, -0f, 1.5f, Float.POSITIVE_INFINITY, -Float.MIN_VALUE, 3.4e38f);
            assertThat(file.tensor("f16").floats()).containsExactly(0.5f, -65504f, 0x1p-24f);
            assertThat(file.tensor("bf16").doubles()[0]).isEqualTo(1);
            assertThat(file.tensor("i64").longs()).containsExactly(Long.MAX_VALUE, Long.MIN_VALUE);
            assertThat(file.tensor("i32").longs()).containsExactly(Integer.MAX_VALUE, Integer.MIN_VALUE);
            assertThat(file.tensor("i16").longs()).containsExactly(32767, -32768);
            assertThat(file.tensor("i8").longs()).containsExactly(127, -128);
            assertThat(file.tensor("u8").longs()).containsExactly(0, 255);
            assertThat(file.tensor("bool").longs()).containsExactly(1, 0, 1);
            assertThat(file.tensor("scalar").shape()).isEmpty();
            assertThat(file.tensor("empty").shape()).containsExactly(0L, 4L);
            assertThat(file.tensor("zäh \"1\"").floats()).containsExactly(1f);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-types", "conversions", "sequential"})
    void write_ofWhatTheReferenceWrote_givesTheSameBytes(String name) throws IOException {
        Path copy = directory.resolve("copy");
        try (SafetensorsFile file = Safetensors.open(golden(name + ".safetensors"))) {
            Safetensors.write(copy, all(file), file.metadata());
        }
        assertThat(copy).hasSameBinaryContentAs(golden(name + ".safetensors"));
    }

    @Test
    void as_convertsAsTorchDoes() {
        try (SafetensorsFile file = Safetensors.open(golden("conversions.safetensors"))) {
            Tensor values = file.tensor("f32");
            assertThat(values.size()).isGreaterThan(7900);
            assertThat(values.as(TensorType.F16)).isEqualTo(file.tensor("f16"));
            assertThat(values.as(TensorType.BF16)).isEqualTo(file.tensor("bf16"));
            assertThat(values.as(TensorType.F64).as(TensorType.F16)).isEqualTo(file.tensor("f16"));
            assertThat(values.as(TensorType.F64).as(TensorType.BF16)).isEqualTo(file.tensor("bf16"));
            assertThat(values.as(TensorType.F64).as(TensorType.F32)).isEqualTo(values);
        }
    }

    @Test
    void map_givesWhatTensorGives_alsoAfterClose() {
        Tensor mapped;
        Tensor read;
        try (SafetensorsFile file = Safetensors.open(golden("sequential.safetensors"))) {
            mapped = file.map("0.weight");
            read = file.tensor("0.weight");
        }
        assertThat(mapped).isEqualTo(read);
    }

    @Test
    void write_ofArraysLongerThanAChunk_keepsThem() {
        Tensor large = Tensor.of(CheckpointSamples.floats(new Random(1), 700_001), 700_001);
        Path file = directory.resolve("large");
        Safetensors.write(file, Map.of("large", large), Map.of());
        try (SafetensorsFile opened = Safetensors.open(file)) {
            assertThat(opened.tensor("large")).isEqualTo(large);
            assertThat(opened.map("large").as(TensorType.F64).as(TensorType.F32))
                    .isEqualTo(large);
        }
    }

    @Test
    void write_ofNoArrays_canBeRead() {
        Path file = directory.resolve("none");
        Safetensors.write(file, Map.of(), Map.of());
        try (SafetensorsFile opened = Safetensors.open(file)) {
            assertThat(opened.entries()).isEmpty();
            assertThat(opened.metadata()).isEmpty();
        }
    }

    @Test
    void open_ofAFileBeyondTwoGigabytes_readsBehindThem() throws IOException {
        long gap = 1_500_000_000;
        String header = ("{\"a\":{\"dtype\":\"I8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                        + "\"b\":{\"dtype\":\"I8\",\"shape\":[%d],\"data_offsets\":[%d,%d]},"
                        + "\"c\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[%d,%d]}}")
                .formatted(gap, gap, gap, gap, 2 * gap, 2 * gap, 2 * gap + 8);
        Path path = directory.resolve("sparse");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.write(headed(header, 0));
            file.setLength(file.length() + 2 * gap);
            file.seek(file.length());
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(1.5f)
                    .putFloat(-2)
                    .array());
        }
        try (SafetensorsFile opened = Safetensors.open(path)) {
            assertThat(opened.tensor("c").floats()).containsExactly(1.5f, -2);
            assertThat(opened.map("c").floats()).containsExactly(1.5f, -2);
            assertThat(opened.map("b").size()).isEqualTo(1_500_000_000);
        }
    }

    private static byte[] headed(String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    private void assertRefused(byte[] content, String reason) throws IOException {
        Path file = directory.resolve("bad");
        Files.write(file, content);
        assertThatExceptionOfType(MalformedSafetensorsException.class)
                .isThrownBy(() -> Safetensors.open(file))
                .withMessageStartingWith(file + " is not a safetensors file: ")
                .withMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}|6|array 'b' begins at 2, where the ones before it end at 4",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[5,9]}}|9|begins at 5",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|5|its arrays end at 4, its data at 5",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}|3|takes 4 bytes of 3",
                "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}|4|takes 8 bytes of 4, but has data_offsets [0, 4]",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}|4|data_offsets [4, 0]",
                "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}|4|integers >= 0, got -1",
                "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}}|4|integers >= 0",
                "{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,0]}}|0|too large to count",
                "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,0]}}|0|not JSON as required",
                "{'a':{'dtype':'F8_E4M3','shape':[1],'data_offsets':[0,1]}}|1|got 'F8_E4M3'",
                "{'a':{'dtype':'F32','shape':[1]}}|4|must have a dtype, a shape and two data_offsets",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}|4|two data_offsets",
                "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}}|4|at most 2 integers",
                "{'a':{'dtype':'I8','shape':[1],'data_offsets':[0,1]},'a':{'dtype':'I8','shape':[1],'data_offsets':[1,2]}}|2|Duplicate field 'a'",
                "{'a':{'dtype':'I8','dtype':'U8','shape':[1],'data_offsets':[0,1]}}|1|Duplicate field 'dtype'",
                "{'':{'dtype':'I8','shape':[1],'data_offsets':[0,1]}}|1|must have 1 to 4096 characters",
                "{'__metadata__':{'a':1}}|0|metadata 'a'",
                "{'a':[]}|0|expected START_OBJECT",
                "{} {}|0|goes on behind its end",
                "[]|0|must begin with '{'",
                "{'a'|0|not JSON as required",
            })
    void open_ofAMalformedHeader_isRefused(String header, int dataBytes, String reason) throws IOException {
        assertRefused(headed(header.replace('\'', '"'), dataBytes), reason);
    }

    @Test
    void open_ofAMalformedStart_isRefused() throws IOException {
        assertRefused(new byte[7], "at least 8");
        assertRefused(new byte[8], "2 to 100000000 bytes");
        assertRefused(headed("{}", 0), 8, 99_999, "2 to 100000000 bytes");
        assertRefused(headed("{}", 0), 0, -1, "length 18446744073709551");
        assertRefused(headed("{\"\uD83D\uDE00".repeat(2), 0), "not JSON");
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16LE);
        assertRefused(
                ByteBuffer.allocate(12)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(4)
                        .put(utf16)
                        .array(),
                "in UTF-8");
        byte[] latin = headed("{\"__metadata__\":{\"a\":\"xx\"}}", 0);
        latin[latin.length - 4] = (byte) 0xe4;
        assertRefused(latin, "UTF-8");
        String name = "n".repeat(4097);
        assertRefused(
                headed("{\"%s\":{\"dtype\":\"I8\",\"shape\":[0],\"data_offsets\":[0,0]}}".formatted(name), 0), "4096");
        assertRefused(
                headed(
                        "{\"a\":{\"dtype\":\"I8\",\"shape\":%s,\"data_offsets\":[0,0]}}"
                                .formatted("[0" + ",0".repeat(64) + "]"),
                        0),
                "at most 64 integers");
        assertRefused(headed("{\"a\":" + "[".repeat(10_000), 0), "");
    }

    private void assertRefused(byte[] content, int unused, long length, String reason) throws IOException {
        ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
        assertRefused(Arrays.copyOf(content, content.length + unused), reason);
    }

    /** A header is read or refused, nothing else, whatever its bytes; what is read can be read in full. */
    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = {1, 2, 3, 4})
    void open_ofChangedBytes_readsOrRefuses(long seed) throws IOException {
        var random = new Random(seed);
        byte[] original = Files.readAllBytes(golden("all-types.safetensors"));
        int read = 0;
        for (int round = 0; round < 1000; round++) {
            byte[] content = original.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(random.nextBoolean() ? 16 : content.length);
                content[at] = random.nextBoolean() ? (byte) random.nextInt() : content[random.nextInt(content.length)];
            }
            int length = random.nextInt(8) == 0 ? random.nextInt(content.length) : content.length;
            try {
                var in = new ByteArrayInputStream(content, 0, length);
                read += Safetensors.readAll(in, length, "fuzz").size();
                assertThat(in.available()).isZero();
            } catch (MalformedSafetensorsException e) {
                assertThat(e).hasMessageContaining("is not a safetensors file");
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void write_ofANameThatIsNotAllowed_isRefusedAndLeavesWhatWasThere() throws IOException {
        Path file = directory.resolve("kept");
        Files.writeString(file, "kept");
        Tensor one = Tensor.of(new float[] {1});
        for (String name : List.of("", "__metadata__", "n".repeat(4097))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Safetensors.write(file, Map.of(name, one), Map.of()))
                    .withMessageStartingWith("an array's name must have 1 to 4096 characters");
        }
        assertThat(file).hasContent("kept");
        assertThat(CheckpointSamples.names(directory)).containsExactly("kept");
    }

    @Test
    void write_intoAMissingDirectory_fails() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Safetensors.write(directory.resolve("no/file"), Map.of(), Map.of()))
                .withMessageStartingWith("Cannot write ");
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Safetensors.open(directory.resolve("no")));
    }

    @Test
    void tensor_ofAnUnknownNameOrAfterClose_isRefused() {
        SafetensorsFile file = Safetensors.open(golden("sequential.safetensors"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> file.tensor("0.wait"))
                .withMessageContaining("no array '0.wait'")
                .withMessageContaining("0.weight");
        file.close();
        file.close();
        assertThatIllegalStateException().isThrownBy(() -> file.tensor("0.weight"));
        assertThatIllegalStateException().isThrownBy(() -> file.map("0.weight"));
    }
}
