package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Batch;
import io.aidc.training.engine.Device;
import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.network.Loss;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each loss against its formula in float64, see src/test/python/golden_losses.py. */
class LossTraceTest {
    private static final int ROWS = 7;
    private static final int WIDTH = 4;
    private static final float[] WEIGHTS = {0.5f, 2, 1, 0.25f};

    private static final Map<String, Loss> LOSSES = new TreeMap<>(Map.ofEntries(
            Map.entry("cross-entropy", Loss.CROSS_ENTROPY),
            Map.entry("cross-entropy-smoothed", Loss.smoothedCrossEntropy(0.1)),
            Map.entry("cross-entropy-weighted", Loss.weightedCrossEntropy(WEIGHTS)),
            Map.entry(
                    "cross-entropy-weighted-smoothed",
                    Loss.weightedCrossEntropy(WEIGHTS).smoothed(0.2)),
            Map.entry("binary-cross-entropy", Loss.BINARY_CROSS_ENTROPY),
            Map.entry("binary-cross-entropy-weighted", new Loss.BinaryCrossEntropy(2.5)),
            Map.entry("mse", Loss.MSE),
            Map.entry("mae", Loss.MAE),
            Map.entry("huber", Loss.huber(0.7)),
            Map.entry("soft-cross-entropy", Loss.softCrossEntropy()),
            Map.entry("distillation", Loss.distillation(3, 0.7))));

    static Stream<String> names() {
        return LOSSES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void sum_andItsGradient_areThoseOfTheFormula(String name) throws IOException {
        Golden golden = new Golden("losses.txt");
        Loss loss = LOSSES.get(name);
        if (loss == null) {
            throw new AssertionError(name);
        }
        Tensors.load();
        Tensors.inScope(() -> {
            Tensor outputs = Tensors.over(FlatBuffers.floats(golden.get("output")), ROWS, WIDTH)
                    .clone()
                    .requires_grad_(true);
            var batch = new Batch(
                    ROWS,
                    loss instanceof Loss.CrossEntropy ? WIDTH : 0,
                    FlatBuffers.floats(1),
                    FlatBuffers.floats(golden.get(name + ".targets")));
            Tensor sum = Losses.sum(loss, outputs, batch, Device.CPU);
            float[] value = {(float) sum.item_double()};
            float[] gradient = new float[ROWS * WIDTH];
            torch.grad(new TensorVector(sum), new TensorVector(outputs))
                    .get(0)
                    .contiguous()
                    .data_ptr_float()
                    .get(gradient);
            assertThat(Golden.relativeError(value, golden.get(name + ".loss"))).isLessThan(1e-5);
            assertThat(Golden.relativeError(gradient, golden.get(name + ".gradient")))
                    .isLessThan(1e-5);
        });
    }
}
