package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.serving.onnx.OnnxModel;
import io.aidc.serving.runtime.ModelRuntime;
import io.aidc.serving.runtime.djl.DjlRuntime;
import io.aidc.serving.runtime.ort.OrtRuntime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Two trained models of other people on 62 labelled digits. */
class DigitsConformanceTest {
    private static final Logger LOG = LoggerFactory.getLogger(DigitsConformanceTest.class);
    private static final int DIGITS = 62;
    private static final int PIXELS = 784;

    static Stream<ModelRuntime> runtimes() {
        return Stream.of(new OrtRuntime(), new DjlRuntime());
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void convolutionalNet_allDigits_areRight(ModelRuntime runtime) throws IOException {
        ModelSource source = ModelSource.of(folder().resolve("cnn_mnist.onnx"));

        assertThat(right(source, "output_probs", false, runtime)).isEqualTo(DIGITS);
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void logisticRegression_withoutItsZipMap_knowsSixty(ModelRuntime runtime) throws IOException {
        ModelSource source = ModelSource.of(folder().resolve("lr_mnist.onnx"));

        assertThat(right(source, "output_probability", true, runtime)).isEqualTo(60);
    }

    @Test
    void bothModels_decrypted_answerAlike() throws IOException {
        byte[] cnn = Files.readAllBytes(folder().resolve("cnn_mnist.onnx"));
        byte[] lr = OnnxModel.read(ByteBuffer.wrap(Files.readAllBytes(folder().resolve("lr_mnist.onnx"))))
                .withoutZipMap()
                .bytes();

        assertThat(right(
                        TestModels.decrypting(() -> ByteBuffer.wrap(cnn.clone())),
                        "output_probs",
                        false,
                        new OrtRuntime()))
                .isEqualTo(DIGITS);
        assertThat(right(
                        TestModels.decrypting(() -> ByteBuffer.wrap(lr)), "output_probability", true, new OrtRuntime()))
                .isEqualTo(60);
    }

    @Test
    void logisticRegression_labels_areKept() throws IOException {
        try (ModelServer server =
                ModelServer.onnx(folder().resolve("lr_mnist.onnx")).open()) {
            assertThat(server.model().classLabels().get("output_probability"))
                    .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }
    }

    private static int right(ModelSource source, String output, boolean reversed, ModelRuntime runtime)
            throws IOException {
        List<String> lines = Files.readAllLines(folder().resolve("mnist_test_head.libsvm"));
        try (ModelServer server = ModelServer.onnx(source)
                .batchUpTo(16, Duration.ofMinutes(1))
                .runtime(runtime)
                .open()) {
            assertThat(server.model().batching()).isEqualTo(new Batching.UpTo(16));
            List<CompletableFuture<Answer>> answers = new ArrayList<>();
            for (String line : lines) {
                answers.add(server.ask(pixels(line, reversed)));
            }
            int right = 0;
            for (int i = 0; i < lines.size(); i++) {
                float[] scores = ModelServerTest.scored(answers.get(i).join())
                        .output(output)
                        .floats();
                right += top(scores) == label(lines.get(i)) ? 1 : 0;
            }
            LOG.info("DIGITS: {} ran on {}, {} right", lines.size(), runtime.name(), right);
            assertThat(lines).hasSizeGreaterThanOrEqualTo(DIGITS);
            return right;
        }
    }

    /** Features count from 1; the regression wants the pixels from last to first. */
    private static float[] pixels(String line, boolean reversed) {
        float[] pixels = new float[PIXELS];
        String[] fields = line.strip().split("\\s+", -1);
        for (int i = 1; i < fields.length; i++) {
            int colon = fields[i].indexOf(':');
            int at = Integer.parseInt(fields[i].substring(0, colon)) - 1;
            pixels[reversed ? PIXELS - 1 - at : at] = Float.parseFloat(fields[i].substring(colon + 1));
        }
        return pixels;
    }

    private static int label(String line) {
        return (int) Double.parseDouble(line.substring(0, line.indexOf(' ')));
    }

    private static int top(float[] scores) {
        int top = 0;
        for (int i = 1; i < scores.length; i++) {
            top = scores[i] > scores[top] ? i : top;
        }
        return top;
    }

    private static Path folder() {
        return TestData.folder("serving/tribuo");
    }
}
