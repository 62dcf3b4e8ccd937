package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.internal.FlatBuffers;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Sgd;
import java.io.IOException;
import java.nio.FloatBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against 100 steps of Python's PyTorch, see src/test/python/golden.py. */
class TorchOptimizerTest {
    @ParameterizedTest
    @CsvSource({"sgd", "sgd-decay", "momentum", "adam", "adam-decay"})
    void step_aHundredTimes_followsPyTorch(String name) throws IOException {
        Golden golden = new Golden("optimizer-" + name + ".txt");
        FloatBuffer parameters = FlatBuffers.floats(10);
        for (int i = 0; i < 10; i++) {
            parameters.put(i, (float) Math.cos(i));
        }
        int compared = 0;
        try (var optimizer = new TorchOptimizer(optimizer(name), 10)) {
            FloatBuffer gradient = FlatBuffers.floats(10);
            for (int step = 1; step <= 100; step++) {
                for (int i = 0; i < 10; i++) {
                    gradient.put(i, (float) Math.sin(0.1 * step + i));
                }
                optimizer.step(parameters, gradient, 1);
                if (step == 1 || step == 2 || step == 10 || step == 100) {
                    float[] now = new float[10];
                    parameters.get(0, now);
                    assertThat(Golden.relativeError(now, golden.get(Integer.toString(step))))
                            .as("step %d", step)
                            .isLessThan(1e-6);
                    compared++;
                }
            }
        }
        assertThat(compared).isEqualTo(4);
    }

    private static Optimizer optimizer(String name) {
        return switch (name) {
            case "sgd" -> Sgd.rate(0.05);
            case "sgd-decay" -> Sgd.rate(0.05).weightDecay(0.1);
            case "momentum" -> Sgd.rate(0.05).momentum(0.9).weightDecay(0.01);
            case "adam" -> Adam.rate(0.01);
            case "adam-decay" -> Adam.rate(0.01).betas(0.8, 0.99).epsilon(1e-6).weightDecay(0.1);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Test
    void step_withScale_multipliesTheGradientOnly() {
        FloatBuffer parameters = FlatBuffers.floats(new float[] {1, 2});
        try (var optimizer = new TorchOptimizer(Sgd.rate(1), 2)) {
            optimizer.step(parameters, FlatBuffers.floats(new float[] {4, 8, 99}), 0.25);
        }
        assertThat(parameters.get(0)).isEqualTo(0);
        assertThat(parameters.get(1)).isEqualTo(0);
    }
}
