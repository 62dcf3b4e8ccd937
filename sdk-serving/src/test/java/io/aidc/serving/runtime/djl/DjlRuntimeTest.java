package io.aidc.serving.runtime.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import io.aidc.serving.ElementType;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.ModelServer;
import io.aidc.serving.Tensor;
import io.aidc.serving.TestModels;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import io.aidc.serving.runtime.ModelRuntimeContract;
import io.aidc.serving.runtime.ort.OrtRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DjlRuntimeTest extends ModelRuntimeContract {
    private final DjlRuntime runtime = new DjlRuntime();

    @Override
    protected ModelRuntime runtime() {
        return runtime;
    }

    @Override
    protected Map<ElementType, Integer> types() {
        return Map.of(
                ElementType.FLOAT32, 1,
                ElementType.UINT8, 2,
                ElementType.INT8, 3,
                ElementType.INT32, 6,
                ElementType.INT64, 7,
                ElementType.BOOL, 9,
                ElementType.FLOAT16, 10,
                ElementType.FLOAT64, 11,
                ElementType.BFLOAT16, 16);
    }

    @Test
    void run_sameModelOnBothRuntimes_givesTheSameBits() {
        byte[] mlp = TestModels.mlp(3, 30, 16, 1);
        Tensor x = Tensor.of(TestModels.row(new Random(1), 30 * 9), 9, 30);
        OrtRuntime direct = new OrtRuntime();
        LoadOptions options = new LoadOptions("m", 1, LoadOptions.Secrecy.OPEN);
        try (LoadedModel djl = load(mlp);
                LoadedModel ort = direct.load(TestModels.direct(mlp), options)) {
            assertThat(djl.run(Map.of("x", x))).isEqualTo(ort.run(Map.of("x", x)));
        }
    }

    @Test
    void load_confidential_isRefusedWithTheReason() {
        byte[] mlp = TestModels.mlp(1, 2, 2);

        assertThatThrownBy(() -> ModelServer.onnx(TestModels.decrypting(() -> TestModels.direct(mlp)))
                        .runtime(runtime)
                        .open())
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.CONFIDENTIAL))
                .hasMessageContaining("use OrtRuntime");
    }

    @Test
    void load_whatDjlCannotFeed_isRefusedByName() {
        assertThatThrownBy(() -> load(TestModels.unary("Identity", 5, 2)))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("input 'x' is INT16");
        byte[] noInputs = TestModels.model(GraphProto.newBuilder()
                .setName("constant")
                .addNode(TestModels.node("RandomNormal", "y"))
                .addOutput(TestModels.value("y", TestModels.FLOAT, 1)));
        assertThatThrownBy(() -> load(noInputs))
                .isInstanceOf(ModelLoadException.class)
                .hasMessageContaining("has no inputs");
    }

    @Test
    void load_temporaryFolderOfDjl_isGone() throws IOException {
        List<Path> before = modelFolders();
        load(TestModels.mlp(1, 2, 2)).close();
        assertThatThrownBy(() -> load(TestModels.unary("Frobnicate", 1, 2))).isInstanceOf(ModelLoadException.class);

        assertThat(modelFolders()).isEqualTo(before);
    }

    private static List<Path> modelFolders() throws IOException {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(path -> path.getFileName().toString().startsWith("ort-model"))
                    .sorted()
                    .toList();
        }
    }
}
