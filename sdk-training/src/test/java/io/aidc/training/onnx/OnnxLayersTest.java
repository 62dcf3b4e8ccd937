package io.aidc.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.aidc.training.EveryLayer;
import io.aidc.training.TrainedModel;
import io.aidc.training.TrainingResult;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import io.aidc.training.network.Shape;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each layer exported, in ONNX Runtime against libtorch. */
class OnnxLayersTest {
    private static final Map<String, Network> NETWORKS = EveryLayer.networks();

    private static Network network(String name) {
        return Objects.requireNonNull(NETWORKS.get(name), name);
    }

    static Stream<String> names() {
        return NETWORKS.keySet().stream();
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 50),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    @ParameterizedTest
    @MethodSource("names")
    void bytes_ofALayer_answerAsTheTrainedModelDoes(String name) {
        try (TrainingResult result = EveryLayer.trained(network(name), 3)) {
            requireSameAnswers(result.model(), network(name));
        }
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void bytes_ofARandomNetwork_answerAsTheTrainedModelDoes(long seed) {
        Network network = EveryLayer.random(seed);
        try (TrainingResult result = EveryLayer.trained(network, seed)) {
            requireSameAnswers(result.model(), network);
        }
    }

    private static void requireSameAnswers(TrainedModel model, Network network) {
        OnnxExport export = OnnxExport.of(model);
        for (OnnxExport form : new OnnxExport[] {export, export.shaped()}) {
            assertThatCode(() ->
                            form.verified(EveryLayer.rows(network, 7, 5), 1e-5).bytes())
                    .as(network.layers().toString())
                    .doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void bytes_holdTheTrainedArraysUnderTheirNames(String name) throws IOException {
        try (TrainingResult result = EveryLayer.trained(network(name), 3)) {
            ModelProto model =
                    ModelProto.parseFrom(OnnxExport.of(result.model()).bytes());
            Map<String, float[]> constants = new TreeMap<>();
            for (TensorProto constant : model.getGraph().getInitializerList()) {
                FloatBuffer values = constant.getRawData()
                        .asReadOnlyByteBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                constants.put(constant.getName(), copy);
            }
            result.model()
                    .parameters()
                    .forEach((array, values) ->
                            assertThat(constants.get(array)).as(array).containsExactly(values));
            result.model()
                    .statistics()
                    .forEach((array, values) ->
                            assertThat(constants.get(array)).as(array).containsExactly(values));
            assertThat(OnnxExport.of(result.model()).bytes()).isEqualTo(model.toByteArray());
        }
    }

    /** Many runtimes compute the variance as a difference, which cancels far from 0. */
    @Test
    void bytes_ofNormalisationsFarFromZero_keepTheirPrecision() {
        float[] factor = new float[16];
        float[] shift = new float[16];
        Arrays.fill(factor, 1);
        Arrays.fill(shift, -300);
        for (Layer norm : new Layer[] {Layer.layerNorm(16), Layer.groupNorm(2, 16)}) {
            Network network = Network.of(Shape.of(16), Layer.scale(shift, factor), norm);
            try (TrainingResult result = EveryLayer.trained(network, 3)) {
                float[][] rows = EveryLayer.rows(network, 7, 5);
                float[][] exact = result.model().predict(rows);
                float[][] answers =
                        new OrtRunner().run(OnnxExport.of(result.model()).bytes(), rows);
                for (int i = 0; i < rows.length; i++) {
                    // 1e-4: the rows themselves are rounded at 300 to 3e-5.
                    assertThat(answers[i]).as(norm.toString()).containsExactly(exact[i], within(1e-4f));
                }
            }
        }
    }
}
