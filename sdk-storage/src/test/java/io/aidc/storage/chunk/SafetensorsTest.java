package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
    private static final int LARGE = 10_000;

    @Test
    void layout_tensors_haveTheirEnds() throws IOException {
        Map<String, byte[]> tensors = new LinkedHashMap<>();
        tensors.put("a", new byte[LARGE]);
        tensors.put("scalar", new byte[4]);
        tensors.put("empty", new byte[0]);
        tensors.put("b", new byte[2 * LARGE]);
        byte[] file = SafetensorsFile.of(tensors, "n");
        long dataStart = file.length - 3L * LARGE - 4;

        assertThat(cuts(file)).containsExactly(dataStart, dataStart + LARGE, dataStart + LARGE + 4);
    }

    @Test
    void layout_tensorsInAnyOrderWithSpacesAndEscapes_areRead() throws IOException {
        String header = """
                 { "b\\u00e9\\n" : {"data_offsets": [10000, 20000], "shape": [], "dtype": "F\\"32"},
                 "__metadata__": {}, "a": {"dtype":"I8","shape":[1, 10000],"data_offsets":[0,10000]} }   \
                """;

        assertThat(cuts(SafetensorsFile.withHeader(header, new byte[2 * LARGE])))
                .hasSize(2);
    }

    @Test
    void layout_noTensor_hasNoCut() throws IOException {
        assertThat(cuts(SafetensorsFile.withHeader("{}", new byte[0]))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    overlap          | 0,60;50,100   | tensors must follow
                    hole             | 0,40;50,100   | tensors must follow
                    not from 0       | 1,100         | tensors must follow
                    backwards        | 0,100;100,90  | tensors must follow
                    past the end     | 0,101         | cover 101 bytes
                    short of the end | 0,99          | cover 99 bytes
                    twice the same   | 0,100;0,100   | tensors must follow
                    huge             | 0,999999999999999999 | cover
                    one offset       | 0             | two data_offsets, got 1
                    three offsets    | 0,1,100       | two data_offsets, got more
                    """)
    void layout_offsetsThatLie_areRefused(String name, String offsets, String message) {
        var header = new StringBuilder("{");
        for (String pair : offsets.split(";", -1)) {
            header.append(header.length() == 1 ? "" : ",")
                    .append("\"t%d\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%s]}"
                            .formatted(header.length(), pair));
        }
        byte[] file = SafetensorsFile.withHeader(header.append('}').toString(), new byte[100]);

        assertThatThrownBy(() -> cuts(file))
                .as(name)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":T,\"a\":T}",
                "{\"a\":T,\"\\u0061\":T}",
                "{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0],\"more\":1}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[-1],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[01],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1e3],\"data_offsets\":[0,0]}}",
                "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1000000000000000000]}}",
                "{\"a\":{}}",
                "{\"a\":1}",
                "{\"__metadata__\":{\"k\":1}}",
                "{\"a\":T",
                "{\"a\":T,}",
                "{\"a\":T}{}",
                "{\"a\":T}\0",
                "[]",
                "{\"a",
                "{\"a\\",
                "{\"a\\x\":T}",
                "{\"a\\u00g0\":T}",
                "{\"a\\u00٠0\":T}",
                "{\"a\nb\":T}",
                "  "
            })
    void layout_malformedHeader_isRefused(String header) {
        String json = header.replace("T", "{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}");

        assertThatThrownBy(() -> cuts(SafetensorsFile.withHeader(json, new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void layout_headerThatIsNotUtf8_isRefused() {
        byte[] file = SafetensorsFile.withHeader("{\"aaaa\":1}", new byte[0]);
        file[11] = (byte) 0xC0;

        assertThatThrownBy(() -> cuts(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1, 93, Safetensors.MAX_HEADER_BYTES + 1L, Long.MAX_VALUE, Long.MIN_VALUE})
    void layout_headerLengthThatLies_isRefusedBeforeAnythingIsAllocated(long length) {
        byte[] file = ByteBuffer.allocate(100)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();

        assertThatThrownBy(() -> cuts(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("header length");
    }

    @Test
    void layout_headerOfSixteenMebibytes_isTheLargest() throws IOException {
        String header = "{}" + " ".repeat(Safetensors.MAX_HEADER_BYTES - 2);

        assertThat(cuts(SafetensorsFile.withHeader(header, new byte[0]))).isEmpty();
        assertThatThrownBy(() -> cuts(SafetensorsFile.withHeader(header + " ", new byte[0])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void layout_everyPrefix_isRefused() {
        byte[] file = SafetensorsFile.of(Map.of("a", new byte[20]), "n");
        for (int length = 0; length < file.length; length++) {
            byte[] prefix = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> cuts(prefix)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void layout_fileShorterThanItsSizeSays_isRefused() {
        byte[] file = SafetensorsFile.of(Map.of("a", new byte[20]), "n");
        byte[] shorter = Arrays.copyOf(file, 30);

        assertThatThrownBy(() -> Safetensors.layout(new ByteArrayInputStream(shorter), file.length))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("within its header");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void layout_damagedHeader_isRefusedOrALayout(long seed) throws IOException {
        var random = new Random(seed);
        byte[] good = SafetensorsFile.of(Map.of("a", new byte[20], "b", new byte[9]), "é");
        for (int round = 0; round < 300; round++) {
            byte[] file = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(cuts(file)).isEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    static LongStream seeds() {
        return ChunkerTest.seeds();
    }

    private static long[] cuts(byte[] file) throws IOException {
        return Safetensors.layout(new ByteArrayInputStream(file), file.length).cuts(ChunkProfile.XET_64K);
    }
}
