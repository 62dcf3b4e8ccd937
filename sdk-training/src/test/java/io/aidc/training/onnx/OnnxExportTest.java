package io.aidc.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.aidc.training.Dataset;
import io.aidc.training.TrainingResult;
import io.aidc.training.TrainingRun;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The exported model in ONNX Runtime against the trained one in libtorch. */
class OnnxExportTest {
    private static final Network EVERY_LAYER = Network.of(
            Layer.clamp(new float[] {-1, -1, -2, -3}, new float[] {1, 2, 2, 3}),
            Layer.scale(new float[] {0.5f, 0, 1, -1}, new float[] {1, 2, 0.5f, 0.25f}),
            Layer.linear(4, 9),
            Layer.layerNorm(9),
            Layer.gelu(),
            Layer.dropout(0.3),
            Layer.linear(9, 7),
            Layer.tanh(),
            Layer.linear(7, 6),
            Layer.relu(),
            Layer.linear(6, 3),
            Layer.dropout(0.1));

    private static float[][] rows(int count, long seed) {
        var random = new SplittableRandom(seed);
        float[][] rows = new float[count][4];
        for (float[] row : rows) {
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) random.nextDouble(-4, 4);
            }
        }
        return rows;
    }

    private static TrainingResult classifier() {
        int[] labels = new int[60];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 3;
        }
        return TrainingRun.of(EVERY_LAYER, Loss.CROSS_ENTROPY)
                .epochs(3)
                .seed(1)
                .fit(Dataset.classification(rows(60, 1), labels, 3));
    }

    private static float[][] served(byte[] model, float[][] rows, String output) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(model);
                OnnxTensor input = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
            return (float[][]) result.get(output).orElseThrow().getValue();
        }
    }

    @Test
    void bytes_ofEveryLayer_answerAsTheTrainedModelDoes() throws OrtException {
        try (TrainingResult result = classifier()) {
            byte[] model = OnnxExport.of(result.model()).bytes();
            for (int batch : new int[] {1, 2, 33}) {
                float[][] rows = rows(batch, batch);
                float[][] expected = result.model().predict(rows);
                float[][] actual = served(model, rows, OnnxExport.SCORES);
                assertThat(actual.length).isEqualTo(batch);
                for (int i = 0; i < batch; i++) {
                    assertThat(actual[i]).containsExactly(expected[i], within(1e-5f));
                }
            }
        }
    }

    @Test
    void probabilities_ofAClassifier_areTheSoftmaxOfItsScores() throws OrtException {
        try (TrainingResult result = classifier()) {
            float[][] rows = rows(5, 9);
            float[][] actual =
                    served(OnnxExport.of(result.model()).probabilities().bytes(), rows, OnnxExport.PROBABILITIES);
            float[][] scores = result.model().predict(rows);
            for (int i = 0; i < rows.length; i++) {
                double sum = 0;
                for (float score : scores[i]) {
                    sum += Math.exp(score);
                }
                for (int j = 0; j < 3; j++) {
                    assertThat(actual[i][j]).isCloseTo((float) (Math.exp(scores[i][j]) / sum), within(1e-5f));
                }
            }
        }
    }

    @Test
    void probabilities_ofABinaryModel_areTheSigmoidOfItsScore() throws OrtException {
        try (TrainingResult result = TrainingRun.of(Network.of(Layer.linear(4, 1)), Loss.BINARY_CROSS_ENTROPY)
                .steps(1)
                .seed(1)
                .fit(Dataset.classification(rows(4, 1), new int[] {0, 1, 0, 1}, 2))) {
            float[][] rows = rows(3, 2);
            float[][] actual =
                    served(OnnxExport.of(result.model()).probabilities().bytes(), rows, OnnxExport.PROBABILITIES);
            float[][] scores = result.model().predict(rows);
            for (int i = 0; i < rows.length; i++) {
                assertThat(actual[i][0]).isCloseTo((float) (1 / (1 + Math.exp(-scores[i][0]))), within(1e-6f));
            }
        }
    }

    @Test
    void probabilities_ofARegression_areRefused() {
        try (TrainingResult result = TrainingRun.of(Network.of(Layer.linear(4, 1)), Loss.MSE)
                .steps(1)
                .fit(Dataset.regression(rows(1, 1), new float[][] {{1}}))) {
            OnnxExport export = OnnxExport.of(result.model());
            assertThatIllegalStateException().isThrownBy(export::probabilities).withMessageContaining("MSE");
        }
    }

    @Test
    void bytes_stateTheOperatorSetAndAFreeBatchAxis() throws IOException {
        try (TrainingResult result = classifier()) {
            ModelProto model =
                    ModelProto.parseFrom(OnnxExport.of(result.model()).bytes());
            assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(OnnxExport.OPSET);
            assertThat(model.getIrVersion()).isEqualTo(OnnxExport.IR_VERSION);
            var shape = model.getGraph().getInput(0).getType().getTensorType().getShape();
            assertThat(shape.getDim(0).getDimParam()).isEqualTo("batch");
            assertThat(shape.getDim(1).getDimValue()).isEqualTo(4);
            assertThat(model.getGraph().getOutput(0).getName()).isEqualTo(OnnxExport.SCORES);
        }
    }

    @Test
    void bytes_ofOneModel_areAlwaysTheSame() {
        try (TrainingResult result = classifier()) {
            assertThat(OnnxExport.of(result.model()).bytes())
                    .isEqualTo(OnnxExport.of(result.model()).bytes());
        }
    }

    @Test
    void write_replacesAFileAndLeavesNothingElse(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("model.onnx");
        Files.writeString(file, "old");
        try (TrainingResult result = classifier()) {
            OnnxExport.of(result.model()).write(file);
            assertThat(Files.readAllBytes(file))
                    .isEqualTo(OnnxExport.of(result.model()).bytes());
        }
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void write_whereItCannot_namesTheFileAndLeavesNothing(@TempDir Path directory) throws IOException {
        try (TrainingResult result = classifier()) {
            OnnxExport export = OnnxExport.of(result.model());
            assertThatThrownBy(() -> export.write(directory.resolve("none").resolve("model.onnx")))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("model.onnx");
            Path taken = Files.createDirectory(directory.resolve("taken"));
            Files.createFile(taken.resolve("inside"));
            assertThatThrownBy(() -> export.write(taken)).isInstanceOf(UncheckedIOException.class);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(directory.resolve("taken"));
        }
    }

    @Test
    void of_aClosedModel_isRefused() {
        TrainingResult result = classifier();
        result.close();
        assertThatIllegalStateException().isThrownBy(() -> OnnxExport.of(result.model()));
    }
}
