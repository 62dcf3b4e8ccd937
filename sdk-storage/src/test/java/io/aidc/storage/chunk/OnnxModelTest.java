package io.aidc.storage.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxModelTest {
    private static final byte[] WEIGHTS = new byte[20_000];

    static {
        Arrays.fill(WEIGHTS, (byte) 0xEE);
    }

    private static Proto inline() {
        return Proto.message().number(1, 20_000).number(2, 2).bytes(9, WEIGHTS).text(8, "w");
    }

    @Test
    void tensors_rawData_isFoundWhereItStands() throws IOException {
        byte[] model = Proto.model(inline(), inline()).toBytes();
        long[] cuts = read(model).inside().cuts(ChunkProfile.XET_64K);

        assertThat(cuts).hasSize(4);
        for (int i = 0; i < cuts.length; i += 2) {
            assertThat(Arrays.copyOfRange(model, (int) cuts[i], (int) cuts[i + 1]))
                    .isEqualTo(WEIGHTS);
        }
    }

    /** Each place that can hold a tensor, by the field numbers of onnx.proto from the model down to the tensor. */
    static Stream<int[]> places() {
        return Stream.of(
                new int[] {7, 5},
                new int[] {7, 15, 1},
                new int[] {7, 15, 2},
                new int[] {7, 1, 5, 5},
                new int[] {7, 1, 5, 10},
                new int[] {7, 1, 5, 22, 1},
                new int[] {7, 1, 5, 23, 2},
                new int[] {7, 1, 5, 6, 5},
                new int[] {7, 1, 5, 11, 5},
                new int[] {20, 1, 5},
                new int[] {20, 2, 5},
                new int[] {25, 7, 5, 5});
    }

    @ParameterizedTest
    @MethodSource("places")
    void tensors_anyPlaceInTheModel_isFound(int[] fields) throws IOException {
        Proto message = inline();
        for (int i = fields.length - 1; i >= 0; i--) {
            message = Proto.message().text(100, "other").message(fields[i], message);
        }

        assertThat(read(message.toBytes()).inside().cuts(ChunkProfile.XET_64K)).hasSize(2);
    }

    @Test
    void tensors_otherFields_areNotWalked() throws IOException {
        Proto hidden = Proto.message().message(6, Proto.message().message(5, inline()));

        assertThat(read(hidden.toBytes()).inside().cuts(ChunkProfile.XET_64K)).isEmpty();
    }

    @Test
    void tensors_externalData_isListedByLocation() throws IOException {
        Proto model = Proto.model(
                Proto.external("location", "w.data", "offset", "4096", "length", "100"),
                Proto.external("length", "50", "location", "w.data"),
                Proto.external("location", "w.data", "offset", "9000"),
                Proto.external("location", "v.data", "checksum", "x"),
                Proto.external("location", "w.data", "offset", "4096", "length", "70"));

        assertThat(read(model.toBytes()).outside())
                .isEqualTo(Map.of(
                        "w.data", Map.of(0L, 50L, 4096L, 100L, 9000L, OnnxModel.TO_THE_END),
                        "v.data", Map.of(0L, OnnxModel.TO_THE_END)));
    }

    @Test
    void tensors_externalEntriesOfADefaultTensor_areIgnored() throws IOException {
        Proto tensor = Proto.external("location", "w.data").number(14, 0);

        assertThat(read(Proto.model(tensor).toBytes()).outside()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "offset|1",
                "location|a|offset|-1",
                "location|a|offset|",
                "location|a|offset|0x10",
                "location|a|offset|٣",
                "location|a|length|1000000000000000000",
                "location|a|location|b",
                "location|a|1|1|2|2|3|3|4|4|5|5|6|6|7|7|8|8"
            })
    void tensors_externalDataThatLies_isRefused(String entries) {
        Proto model = Proto.model(Proto.external(entries.split("\\|", -1)));

        assertThatThrownBy(() -> read(model.toBytes())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensors_locationBeyondTheLongestName_isRefused() throws IOException {
        String longest = "l".repeat(RelativeName.MAX_BYTES);

        assertThat(read(Proto.model(Proto.external("location", longest)).toBytes())
                        .outside())
                .containsKey(longest);
        assertThatThrownBy(() -> read(
                        Proto.model(Proto.external("location", longest + "l")).toBytes()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("512");
    }

    @Test
    void tensors_graphsWithinGraphs_haveABoundedDepth() throws IOException {
        assertThat(read(nested(20)).inside().cuts(ChunkProfile.XET_64K)).hasSize(2);
        assertThatThrownBy(() -> read(nested(2_000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nested");
    }

    private static byte[] nested(int depth) {
        Proto graph = Proto.message().message(5, inline());
        for (int i = 0; i < depth; i++) {
            graph = Proto.message()
                    .message(1, Proto.message().message(5, Proto.message().message(6, graph)));
        }
        return Proto.message().message(7, graph).toBytes();
    }

    @Test
    void tensors_moreThanTheMost_isRefused() throws IOException {
        assertThat(read(manyTensors(OnnxModel.MAX_TENSORS)).outside()).isEmpty();
        assertThatThrownBy(() -> read(manyTensors(OnnxModel.MAX_TENSORS + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tensors");
    }

    private static byte[] manyTensors(int count) {
        byte[] graph = new byte[2 * count];
        for (int i = 0; i < count; i++) {
            graph[2 * i] = 5 << 3 | 2;
        }
        return Proto.message().bytes(7, graph).toBytes();
    }

    @Test
    void tensors_moreDataFilesThanTheMost_isRefused() throws IOException {
        assertThat(read(manyLocations(OnnxModel.MAX_LOCATIONS)).outside()).hasSize(OnnxModel.MAX_LOCATIONS);
        assertThatThrownBy(() -> read(manyLocations(OnnxModel.MAX_LOCATIONS + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("data files");
    }

    private static byte[] manyLocations(int count) {
        Proto[] tensors = new Proto[count];
        Arrays.setAll(tensors, i -> Proto.external("location", "f" + i));
        return Proto.model(tensors).toBytes();
    }

    @Test
    void tensors_otherWireTypes_areSkippedOrRefused() throws IOException {
        Proto fixed = Proto.message()
                .raw(0x99, 6, 1, 2, 3, 4, 5, 6, 7, 8)
                .raw(3 << 3 | 5, 1, 2, 3, 4)
                .message(7, Proto.message().message(5, inline()));

        assertThat(read(fixed.toBytes()).inside().cuts(ChunkProfile.XET_64K)).hasSize(2);
        for (int type : new int[] {3, 4, 6, 7}) {
            byte[] group = Proto.message().raw(2 << 3 | type).toBytes();
            assertThatThrownBy(() -> read(group))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("wire type " + type);
        }
    }

    @Test
    void tensors_varintOfElevenBytes_isRefused() {
        byte[] endless = new byte[20];
        Arrays.fill(endless, (byte) 0x80);

        assertThatThrownBy(() -> read(endless))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ten bytes");
    }

    @Test
    void tensors_fieldBeyondItsMessage_isRefused() {
        byte[] longField =
                Proto.message().raw(7 << 3 | 2, 3, 5 << 3 | 2, 2, 0, 0).toBytes();
        byte[] longNumber = Proto.message().raw(7 << 3 | 2, 2, 1 << 3, 0x80, 1).toBytes();

        assertThatThrownBy(() -> read(longField)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(longNumber)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tensors_nothing_hasNoCut() throws IOException {
        assertThat(read(new byte[0]).inside().cuts(ChunkProfile.XET_64K)).isEmpty();
    }

    @Test
    void tensors_fileShorterThanItsSizeSays_isRefused() {
        byte[] model = Proto.model(inline(), Proto.external("location", "w")).toBytes();
        for (int length = 0; length < model.length; length += length < model.length - 100 ? 97 : 1) {
            byte[] shorter = Arrays.copyOf(model, length);
            assertThatThrownBy(() -> OnnxModel.tensors(new ByteArrayInputStream(shorter), model.length))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void tensors_damagedModel_isRefusedOrRead(long seed) throws IOException {
        var random = new Random(seed);
        byte[] good = Proto.model(
                        Proto.message().bytes(9, new byte[5]),
                        Proto.external("location", "w", "offset", "12", "length", "34"))
                .toBytes();
        for (int round = 0; round < 300; round++) {
            byte[] model = good.clone();
            for (int flips = random.nextInt(4) + 1; flips > 0; flips--) {
                model[random.nextInt(model.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(read(model).inside().cuts(ChunkProfile.XET_64K)).isEmpty();
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessageMatching("(?s).+");
            }
        }
    }

    static LongStream seeds() {
        return ChunkerTest.seeds();
    }

    private static OnnxModel.Tensors read(byte[] model) throws IOException {
        return OnnxModel.tensors(new ByteArrayInputStream(model), model.length);
    }
}
