package io.aidc.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.serving.runtime.LoadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ValuesTest {
    private static final Tensor ONE = Tensor.of(new float[] {1}, 1, 1);

    @Test
    void output_oneOutput_isIt() {
        assertThat(new Answer.Scored("1", Map.of("y", ONE)).output()).isSameAs(ONE);
    }

    @Test
    void output_severalOutputs_mustBeNamed() {
        Answer.Scored scored = new Answer.Scored("1", Map.of("y", ONE, "z", ONE));

        assertThatThrownBy(scored::output)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("one output");
        assertThat(scored.output("z")).isSameAs(ONE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scored.output("q"))
                .withMessageContaining("'q'");
    }

    @Test
    void scored_map_isCopied() {
        Map<String, Tensor> outputs = new HashMap<>(Map.of("y", ONE));
        Answer.Scored scored = new Answer.Scored("1", outputs);
        outputs.clear();

        assertThat(scored.outputs()).containsOnlyKeys("y");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without NullAway can do
    void shed_missingPart_isRefused() {
        assertThatNullPointerException().isThrownBy(() -> new Answer.Shed(null, Duration.ZERO));
        assertThatNullPointerException().isThrownBy(() -> new Answer.Shed(Answer.Reason.DEADLINE, null));
    }

    @Test
    void statistics_meanBatch_isRowsPerRun() {
        assertThat(new ServerStatistics(0, 0, 0, 0, 0, 0, 0, Map.of()).meanBatch())
                .isZero();
        assertThat(new ServerStatistics(9, 9, 0, 0, 0, 4, 10, Map.of()).meanBatch())
                .isEqualTo(2.5);
    }

    @Test
    void statistics_histogram_isSortedAndCopied() {
        Map<Integer, Long> sizes = new HashMap<>(Map.of(8, 1L, 1, 5L, 3, 2L));
        ServerStatistics statistics = new ServerStatistics(0, 0, 0, 0, 0, 0, 0, sizes);
        sizes.clear();

        assertThat(statistics.batchSizes().keySet()).containsExactly(1, 3, 8);
        assertThatThrownBy(() -> statistics.batchSizes().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void spec_dimensions_areChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorSpec.of("x", ElementType.FLOAT32, 1, -2))
                .withMessageContaining("'x'")
                .withMessageContaining("[1, -2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TensorSpec("x", ElementType.FLOAT32, List.of(1L), List.of()))
                .withMessageContaining("1 dimensions but 0 dimension names");
    }

    @Test
    void spec_openRowsAndFixedTail_areSeen() {
        TensorSpec rows = TensorSpec.of("x", ElementType.FLOAT32, TensorSpec.OPEN, 3);
        TensorSpec wide = TensorSpec.of("x", ElementType.FLOAT32, 3, TensorSpec.OPEN);
        TensorSpec scalar = TensorSpec.of("x", ElementType.FLOAT32);

        assertThat(rows.hasOpenRows()).isTrue();
        assertThat(rows.hasFixedTail()).isTrue();
        assertThat(wide.hasOpenRows()).isFalse();
        assertThat(wide.hasFixedTail()).isFalse();
        assertThat(scalar.hasOpenRows()).isFalse();
        assertThat(scalar.hasFixedTail()).isTrue();
        assertThat(scalar.rank()).isZero();
    }

    @Test
    @SuppressWarnings("NullAway") // as above
    void info_collections_areCopied() {
        List<TensorSpec> inputs = new ArrayList<>(List.of(TensorSpec.of("x", ElementType.BOOL)));
        ModelInfo info = new ModelInfo("1", "ff", "fake", inputs, List.of(), Map.of(), new Batching.UpTo(2));
        inputs.clear();

        assertThat(info.inputs()).hasSize(1);
        assertThatNullPointerException().isThrownBy(() -> new Batching.Off(null));
    }

    @Test
    void loadOptions_noThread_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new LoadOptions("1", 0, LoadOptions.Secrecy.OPEN))
                .withMessage("threadsPerRun must be >= 1, got 0");
    }

    @Test
    void elementType_sizes_areThoseOfOnnx() {
        assertThat(ElementType.values())
                .extracting(ElementType::bytes)
                .containsExactly(4, 8, 1, 2, 4, 8, 1, 1, 0, 2, 2);
        assertThat(ElementType.values())
                .filteredOn(ElementType::isFloatingPoint)
                .containsExactly(ElementType.FLOAT32, ElementType.FLOAT64, ElementType.FLOAT16, ElementType.BFLOAT16);
    }
}
