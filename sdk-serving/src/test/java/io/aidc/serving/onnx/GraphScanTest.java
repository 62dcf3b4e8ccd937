package io.aidc.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.TestModels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphScanTest {
    private static final TensorProto EXTERNAL = TensorProto.newBuilder()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .build();

    @Test
    void of_perceptron_listsItsOperators() {
        GraphScan scan = scan(TestModels.mlp(1, 3, 4, 2));

        assertThat(scan.operators()).containsExactlyInAnyOrder("Gemm", "Relu");
        assertThat(scan.hasExternalData()).isFalse();
        assertThat(scan.isRandom()).isFalse();
    }

    @Test
    void of_directOrHeap_leavesTheBufferAlone() {
        ByteBuffer direct = TestModels.direct(TestModels.zipMap());
        int before = direct.remaining();

        assertThat(GraphScan.of(direct).operators()).contains("ZipMap");
        assertThat(direct.remaining()).isEqualTo(before);
    }

    @Test
    void hasExternalData_whereverTheTensorIs_isSeen() {
        NodeProto constant = NodeProto.newBuilder()
                .setOpType("Constant")
                .addAttribute(AttributeProto.newBuilder().setName("value").setT(EXTERNAL))
                .build();
        NodeProto branch = NodeProto.newBuilder()
                .setOpType("If")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("then_branch")
                        .setG(GraphProto.newBuilder().addNode(constant)))
                .build();
        GraphProto plain = GraphProto.getDefaultInstance();

        assertThat(scan(TestModels.externalWeight("w")).hasExternalData()).isTrue();
        assertThat(scan(graph(plain.toBuilder().addNode(constant))).hasExternalData())
                .isTrue();
        assertThat(scan(graph(plain.toBuilder().addNode(branch))).hasExternalData())
                .isTrue();
        assertThat(scan(graph(plain.toBuilder()
                                .addSparseInitializer(
                                        SparseTensorProto.newBuilder().setValues(EXTERNAL))))
                        .hasExternalData())
                .isTrue();
        assertThat(scan(ModelProto.newBuilder()
                                .setGraph(plain)
                                .addFunctions(FunctionProto.newBuilder().addNode(constant))
                                .build()
                                .toByteArray())
                        .hasExternalData())
                .isTrue();
        assertThat(scan(graph(plain.toBuilder().addNode(branch))).operators()).contains("If", "Constant");
    }

    @Test
    void isRandom_operatorsThatDraw_areSeen() {
        for (String operator : new String[] {"RandomNormal", "RandomUniformLike", "Multinomial", "Bernoulli"}) {
            assertThat(scan(TestModels.unary(operator, TestModels.FLOAT, 2)).isRandom())
                    .as(operator)
                    .isTrue();
        }
        assertThat(scan(TestModels.unary("Dropout", TestModels.FLOAT, 2)).isRandom())
                .isFalse();
        assertThat(scan(graph(GraphProto.newBuilder()
                                .addNode(TestModels.node("Dropout", "y", "x", "ratio", "training"))))
                        .isRandom())
                .isTrue();
        assertThat(scan(graph(GraphProto.newBuilder().addNode(TestModels.node("Dropout", "y", "x", "", "training"))))
                        .isRandom())
                .isTrue();
        assertThat(scan(graph(GraphProto.newBuilder().addNode(TestModels.node("Dropout", "y", "x", "ratio", ""))))
                        .isRandom())
                .isFalse();
    }

    @Test
    void of_nestedTooDeep_isRefused() {
        GraphProto.Builder deep = GraphProto.newBuilder();
        for (int i = 0; i < 40; i++) {
            deep = GraphProto.newBuilder()
                    .addNode(NodeProto.newBuilder()
                            .setOpType("If")
                            .addAttribute(AttributeProto.newBuilder().setG(deep)));
        }
        byte[] bytes = graph(deep);

        assertThatThrownBy(() -> scan(bytes))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("deeper than 64");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // data_location = 2^32 + 1, as a number
                "70 81 80 80 80 10",
                // data_location = 1, its tag 2^32 too large
                "f0 80 80 80 10 01",
                // the same in ten bytes, with bits that are dropped
                "f0 80 80 80 80 80 80 80 80 01 01",
                "70 81 80 80 80 80 80 80 80 80 02",
                "70 81 80 80 80 80 80 80 80 80 80 00",
                // a group
                "73 08 01 74"
            })
    void of_numbersThatParsersReadDifferently_areRefused(String tensor) {
        byte[] model = message(7, message(5, HexFormat.ofDelimiter(" ").parseHex(tensor)));

        assertThatThrownBy(() -> scan(model))
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.NOT_A_MODEL));
    }

    @Test
    void hasExternalData_givenTwiceOrOverLong_isSeen() {
        for (String tensor :
                new String[] {"70 01", "70 01 70 00", "70 00 70 01", "f0 00 81 00", "f0 80 00 81 80 80 00"}) {
            byte[] model = message(7, message(5, HexFormat.ofDelimiter(" ").parseHex(tensor)));
            assertThat(scan(model).hasExternalData()).as(tensor).isTrue();
        }
    }

    @Test
    void of_noGraph_isNotAModel() {
        assertThatThrownBy(() -> scan(new byte[0]))
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.NOT_A_MODEL))
                .hasMessageContaining("no graph");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void of_damagedModels_endInARefusalOrAScan(long seed) {
        Random random = new Random(seed);
        byte[] model = TestModels.mlp(seed, 3, 4, 2);
        for (int i = 0; i < 200; i++) {
            byte[] damaged = Arrays.copyOf(model, random.nextInt(model.length + 1));
            for (int j = 0; j < 3 && damaged.length > 0; j++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            try {
                assertThat(scan(damaged).operators()).isNotNull();
            } catch (ModelLoadException e) {
                assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.NOT_A_MODEL);
            }
        }
    }

    /** One field that holds a short message. */
    private static byte[] message(int field, byte[] value) {
        return ByteBuffer.allocate(2 + value.length)
                .put((byte) (field << 3 | 2))
                .put((byte) value.length)
                .put(value)
                .array();
    }

    private static byte[] graph(GraphProto.Builder graph) {
        return ModelProto.newBuilder().setGraph(graph).build().toByteArray();
    }

    private static GraphScan scan(byte[] model) {
        return GraphScan.of(ByteBuffer.wrap(model));
    }
}
