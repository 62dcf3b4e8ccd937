package io.aidc.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.ElementType;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.TensorSpec;
import io.aidc.serving.TestModels;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxModelTest {
    @Test
    void read_unedited_givesTheSameBytes() {
        byte[] model = TestModels.zipMap();

        assertThat(read(model).bytes()).isEqualTo(model);
        assertThat(read(TestModels.mlp(1, 2, 3)).withoutZipMap().bytes()).isEqualTo(TestModels.mlp(1, 2, 3));
    }

    @Test
    void withoutZipMap_outputBecomesATensorWithLabels() {
        OnnxModel model = read(TestModels.zipMap());
        OnnxModel plain = model.withoutZipMap();

        assertThat(plain.outputs())
                .containsExactly(new TensorSpec("scores", ElementType.FLOAT32, List.of(-1L, 3L), List.of("rows", "")));
        assertThat(model.classLabels()).isEqualTo(Map.of("scores", List.of("no", "maybe", "yes")));
        assertThat(plain.classLabels()).isEmpty();
        assertThat(GraphScan.of(ByteBuffer.wrap(plain.bytes())).operators())
                .containsExactlyInAnyOrder("Relu", "Identity");
    }

    @Test
    void inputs_weights_areLeftOut() {
        assertThat(read(TestModels.mlp(1, 2, 3)).inputs())
                .extracting(TensorSpec::name)
                .containsExactly("x");
        assertThat(read(TestModels.lookup()).inputs().get(0).type()).isEqualTo(ElementType.INT64);
    }

    @Test
    void outputs_unsupportedType_isNamed() {
        assertThatThrownBy(() -> read(TestModels.zipMap()).outputs())
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.UNSUPPORTED_TYPE))
                .hasMessageContaining("'scores'")
                .hasMessageContaining("SEQUENCE");
        assertThatThrownBy(() -> read(TestModels.unary("Identity", 14, 2)).inputs())
                .hasMessageContaining("input 'x'")
                .hasMessageContaining("element type 14");
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void read_garbage_isNotAModel(long seed) {
        byte[] garbage = new byte[1 + new Random(seed).nextInt(300)];
        new Random(seed).nextBytes(garbage);
        garbage[0] = (byte) 0xff;

        assertThatThrownBy(() -> read(garbage))
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.NOT_A_MODEL));
    }

    private static OnnxModel read(byte[] model) {
        return OnnxModel.read(ByteBuffer.wrap(model));
    }
}
