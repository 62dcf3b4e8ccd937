package io.aidc.serving.internal.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.serving.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TensorBatchesTest {
    @Test
    void join_rows_followOneAnother() {
        Map<String, Tensor> joined = TensorBatches.join(List.of(
                Map.of("x", Tensor.of(new float[] {1, 2}, 1, 2)),
                Map.of("x", Tensor.of(new float[] {3, 4, 5, 6}, 2, 2))));

        assertThat(joined).isEqualTo(Map.of("x", Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2)));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.serving.Seeds#stream")
    void split_ofJoined_givesTheRequestsBack(long seed) {
        Random random = new Random(seed);
        List<Map<String, Tensor>> requests = new ArrayList<>();
        int[] rows = random.ints(1 + random.nextInt(6), 0, 4).toArray();
        for (int each : rows) {
            String[] text = new String[each * 2];
            for (int i = 0; i < text.length; i++) {
                text[i] = Integer.toString(random.nextInt(1000));
            }
            requests.add(Map.of(
                    "n", Tensor.of(random.longs(each * 3L).toArray(), each, 3),
                    "t", Tensor.of(text, each, 1, 2),
                    "d", Tensor.of(random.doubles(each).toArray(), each)));
        }

        assertThat(TensorBatches.split(TensorBatches.join(requests), rows)).isEqualTo(requests);
    }

    @Test
    void join_requestsThatDoNotFit_areRefused() {
        Tensor row = Tensor.of(new float[2], 1, 2);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorBatches.join(List.of()))
                .withMessageContaining("got none");
        for (Map<String, Tensor> other : List.of(
                Map.<String, Tensor>of(),
                Map.of("y", row),
                Map.of("x", row, "y", row),
                Map.of("x", Tensor.of(new float[3], 1, 3)),
                Map.of("x", Tensor.of(new double[2], 1, 2)),
                Map.of("x", Tensor.of(new float[2], 2)))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TensorBatches.join(List.of(Map.of("x", row), other)))
                    .withMessageContaining("'x'");
        }
        Map<String, Tensor> scalar = Map.of("x", Tensor.of(new float[1]));
        assertThatIllegalArgumentException().isThrownBy(() -> TensorBatches.join(List.of(scalar, scalar)));
    }

    @Test
    void split_rowsThatDoNotAddUp_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorBatches.split(Map.of("y", Tensor.of(new float[3], 3)), new int[] {1, 1}))
                .withMessage("output 'y' must have 2 rows, got FLOAT32[3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorBatches.split(Map.of("y", Tensor.of(new float[1])), new int[] {1}));
    }
}
