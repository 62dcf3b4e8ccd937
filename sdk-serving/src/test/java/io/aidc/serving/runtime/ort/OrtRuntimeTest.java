package io.aidc.serving.runtime.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.ElementType;
import io.aidc.serving.InferenceException;
import io.aidc.serving.ModelLoadException;
import io.aidc.serving.Tensor;
import io.aidc.serving.TestModels;
import io.aidc.serving.runtime.LoadOptions;
import io.aidc.serving.runtime.LoadedModel;
import io.aidc.serving.runtime.ModelRuntime;
import io.aidc.serving.runtime.ModelRuntimeContract;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OrtRuntimeTest extends ModelRuntimeContract {
    private final OrtRuntime runtime = new OrtRuntime();

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
                ElementType.INT16, 5,
                ElementType.INT32, 6,
                ElementType.INT64, 7,
                ElementType.BOOL, 9,
                ElementType.FLOAT16, 10,
                ElementType.FLOAT64, 11,
                ElementType.BFLOAT16, 16);
    }

    @AfterEach
    void noHandle_isLeft() {
        assertThat(runtime.openHandles()).isZero();
    }

    @Test
    void openHandles_afterManyRunsAndFailures_isTheSessionAndOneSetOfInputs() {
        try (LoadedModel model = load(TestModels.sum(2));
                LoadedModel lookup = load(TestModels.lookup());
                LoadedModel text = load(TestModels.unary("Identity", 8, 1))) {
            for (int i = 0; i < 2000; i++) {
                Tensor x = Tensor.of(new float[2 * (1 + i % 3)], 1 + i % 3, 2);
                model.run(Map.of("a", x, "b", x));
                text.run(Map.of("x", Tensor.of(new String[] {"t" + i}, 1, 1)));
                assertThatThrownBy(() -> lookup.run(Map.of("x", Tensor.of(new long[] {5}, 1, 1))))
                        .isInstanceOf(InferenceException.class);
            }
            assertThat(runtime.openHandles()).isEqualTo(3 + 2 + 1 + 1);
        }
    }

    @Test
    void load_confidential_isAccepted() {
        LoadOptions options = new LoadOptions("sealed", 1, LoadOptions.Secrecy.CONFIDENTIAL);
        try (LoadedModel model = runtime.load(TestModels.direct(TestModels.mlp(1, 2, 2)), options)) {
            assertThat(model.run(Map.of("x", Tensor.of(new float[2], 1, 2)))).containsOnlyKeys("y");
        }
    }

    @Test
    void load_noBytes_isNotAModel() {
        LoadOptions options = new LoadOptions("empty", 1, LoadOptions.Secrecy.OPEN);

        assertThatThrownBy(() -> runtime.load(ByteBuffer.allocateDirect(0), options))
                .isInstanceOfSatisfying(
                        ModelLoadException.class,
                        e -> assertThat(e.reason()).isEqualTo(ModelLoadException.Reason.NOT_A_MODEL))
                .hasMessage("Model 'empty' must have bytes, got none");
    }

    @Test
    void load_unsignedType_isNotMistakenForItsSignedTwin() {
        for (int unsigned : List.of(4, 12, 13)) {
            assertThatThrownBy(() ->
                            load(TestModels.unary("Identity", unsigned, 2)).close())
                    .isInstanceOf(ModelLoadException.class)
                    .hasMessageContaining("input 'x'")
                    .hasMessageContaining("UINT");
        }
    }
}
