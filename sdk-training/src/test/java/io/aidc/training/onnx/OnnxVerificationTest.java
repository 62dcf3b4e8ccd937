package io.aidc.training.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.aidc.training.ChildJvm;
import io.aidc.training.EveryLayer;
import io.aidc.training.TrainingResult;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxVerificationTest {
    private static final Network NETWORK = Network.of(Layer.linear(4, 6), Layer.tanh(), Layer.linear(6, 3));
    private static final float[][] ROWS = EveryLayer.rows(NETWORK, 5, 1);

    private static void withModel(Consumer<TrainingResult> body) {
        try (TrainingResult result = EveryLayer.trained(NETWORK, 1)) {
            body.accept(result);
        }
    }

    @Test
    void bytes_verified_areThoseThatWereNot() {
        withModel(result -> assertThat(
                        OnnxExport.of(result.model()).verified(ROWS, 1e-5).bytes())
                .isEqualTo(OnnxExport.of(result.model()).bytes()));
    }

    @Test
    void bytes_verified_askForAllRowsTogetherAndOneAlone() {
        List<Integer> counts = new ArrayList<>();
        OnnxRunner counting = (model, rows) -> {
            counts.add(rows.length);
            return new OrtRunner().run(model, rows);
        };
        withModel(result -> OnnxExport.of(result.model())
                .verifiedBy(counting)
                .verified(ROWS, 1e-5)
                .bytes());
        assertThat(counts).containsExactly(5, 1);
    }

    @Test
    void write_ofAGraphThatAnswersOtherwise_namesThePlaceAndWritesNothing(@TempDir Path directory) {
        withModel(result -> {
            float[][] expected = result.model().predict(ROWS);
            OnnxRunner wrong = (model, rows) -> {
                float[][] answers = new OrtRunner().run(model, rows);
                answers[3][2] += 0.25f;
                return answers;
            };
            OnnxExport export =
                    OnnxExport.of(result.model()).verified(ROWS, 1e-5).verifiedBy(wrong);
            assertThatThrownBy(() -> export.write(directory.resolve("model.onnx")))
                    .isInstanceOfSatisfying(OnnxMismatchException.class, e -> {
                        assertThat(e.row()).isEqualTo(3);
                        assertThat(e.output()).isEqualTo(2);
                        assertThat(e.expected()).isEqualTo(expected[3][2]);
                        assertThat(e.actual() - e.expected()).isBetween(0.24f, 0.26f);
                    })
                    .hasMessageStartingWith("output 2 of row 3 must be " + expected[3][2]);
            assertThat(directory).isEmptyDirectory();
        });
    }

    @Test
    void bytes_ofAGraphThatAnswersNaN_areRefused() {
        withModel(result -> {
            OnnxRunner nothing = (model, rows) -> {
                float[][] answers = result.model().predict(rows);
                answers[0][0] = Float.NaN;
                return answers;
            };
            OnnxExport export =
                    OnnxExport.of(result.model()).verified(ROWS, 1e30).verifiedBy(nothing);
            assertThatThrownBy(export::bytes).isInstanceOf(OnnxMismatchException.class);
        });
    }

    @Test
    void bytes_ofAnotherNumberOfAnswers_areRefused() {
        withModel(result -> {
            OnnxExport export = OnnxExport.of(result.model()).verified(ROWS, 1e-5);
            assertThatIllegalStateException()
                    .isThrownBy(export.verifiedBy((model, rows) -> new float[rows.length + 1][3])::bytes)
                    .withMessage("the ONNX graph answers 5 rows with 6");
            assertThatIllegalStateException()
                    .isThrownBy(export.verifiedBy((model, rows) -> new float[rows.length][2])::bytes)
                    .withMessageContaining("row 0 with 2 numbers, the trained model with 3");
        });
    }

    @Test
    void verified_withoutRowsOrOfAnotherWidthOrTolerance_isRefused() {
        withModel(result -> {
            OnnxExport export = OnnxExport.of(result.model());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> export.verified(new float[0][], 1e-5))
                    .withMessageContaining("at least 1 row");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> export.verified(new float[1][3], 1e-5))
                    .withMessage("row 0 must have 4 features, got 3");
            for (double tolerance : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
                assertThatIllegalArgumentException().isThrownBy(() -> export.verified(ROWS, tolerance));
            }
        });
    }

    /** What a program without ONNX Runtime on its class path sees. */
    static final class Exports {
        public static void main(String[] arguments) {
            withModel(result -> {
                OnnxExport export = OnnxExport.of(result.model());
                int length = export.bytes().length;
                try {
                    export.verified(ROWS, 1e-5).bytes();
                } catch (IllegalStateException e) {
                    print(length + " bytes, refused: " + e.getMessage());
                }
            });
        }

        @SuppressWarnings("SystemOut")
        private static void print(String result) {
            System.out.println(result);
        }
    }

    @Test
    void verified_withoutOnnxRuntime_namesItAndLeavesThePlainExportAlone(@TempDir Path directory)
            throws IOException, InterruptedException {
        ChildJvm.Ended child = new ChildJvm(directory)
                .without(jar -> jar.contains("onnxruntime"))
                .run(Exports.class);
        assertThat(child.output())
                .as(child.errors())
                .contains(" bytes, refused: verified needs ONNX Runtime")
                .contains("com.microsoft.onnxruntime:onnxruntime");
    }

    @Test
    void structure_ofABrokenGraph_isRefusedByName() throws IOException {
        try (TrainingResult result = EveryLayer.trained(NETWORK, 1)) {
            ModelProto whole =
                    ModelProto.parseFrom(OnnxExport.of(result.model()).bytes());
            OnnxStructure.check(whole, NETWORK);
            ModelProto.Builder lost = whole.toBuilder();
            lost.getGraphBuilder().removeInitializer(0);
            requireBroken(lost, "the array '0.weight' is missing");
            ModelProto.Builder cut = whole.toBuilder();
            cut.getGraphBuilder().getInitializerBuilder(0).setDims(0, 5);
            requireBroken(cut, "constant '0.weight' has another size than its shape");
            ModelProto.Builder turned = whole.toBuilder();
            turned.getGraphBuilder().getInitializerBuilder(0).setDims(0, 4).setDims(1, 6);
            requireBroken(turned, "the array '0.weight' has another shape than [6, 4]");
            ModelProto.Builder early = whole.toBuilder();
            early.getGraphBuilder().getNodeBuilder(0).setInput(0, "2/Gemm");
            requireBroken(early, "node '0/Gemm' uses '2/Gemm' before it is made");
            ModelProto.Builder unknown = whole.toBuilder();
            unknown.getGraphBuilder().getNodeBuilder(1).setOpType("Tan");
            requireBroken(unknown, "node '1/Tanh' is no Tan of operator set 17");
            ModelProto.Builder unused = whole.toBuilder();
            unused.getGraphBuilder().getNodeBuilder(0).clearInput();
            requireBroken(unused, "node '0/Gemm' is no Gemm");
            ModelProto.Builder nameless = whole.toBuilder();
            nameless.getGraphBuilder().getOutputBuilder(0).setName("answers");
            requireBroken(nameless, "the output 'answers' is never made");
        }
    }

    private static void requireBroken(ModelProto.Builder model, String message) {
        assertThatIllegalStateException()
                .isThrownBy(() -> OnnxStructure.check(model.build(), NETWORK))
                .withMessageContaining(message);
    }

    @Test
    void snippet(@TempDir Path directory) {
        float[][] samples = ROWS;
        withModel(result -> {
            // @start region="verified"
            OnnxExport.of(result.model()).verified(samples, 1e-5).write(directory.resolve("model.onnx"));
            // @end
            assertThat(Files.exists(directory.resolve("model.onnx"))).isTrue();
        });
    }
}
