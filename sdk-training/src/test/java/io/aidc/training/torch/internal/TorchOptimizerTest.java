package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.engine.Device;
import io.aidc.training.network.Parameter;
import io.aidc.training.network.Shape;
import io.aidc.training.optim.Adagrad;
import io.aidc.training.optim.Adam;
import io.aidc.training.optim.AdamW;
import io.aidc.training.optim.Lamb;
import io.aidc.training.optim.Optimizer;
import io.aidc.training.optim.Sgd;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against 100 steps of Python's PyTorch, LAMB against its paper, see src/test/python/golden_optim.py. */
class TorchOptimizerTest {
    private static final List<Parameter> ARRAYS =
            List.of(new Parameter("first", Shape.of(2, 3)), new Parameter("second", Shape.of(4)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sgd",
                "sgd-decay",
                "momentum",
                "nesterov",
                "adam",
                "adam-decay",
                "adamw",
                "adamw-decay",
                "adagrad",
                "adagrad-decay",
                "lamb",
                "lamb-decay"
            })
    void step_aHundredTimes_followsPyTorch(String name) throws IOException {
        Golden golden = new Golden("optimizer-" + name + ".txt");
        float[] start = new float[10];
        for (int i = 0; i < 10; i++) {
            start[i] = (float) Math.cos(i);
        }
        int compared = 0;
        try (Vector parameters = Vector.of(start, Device.CPU);
                Vector gradient = Vector.zeros(10, Device.CPU);
                var optimizer = new TorchOptimizer(optimizer(name), ARRAYS, Device.CPU)) {
            for (int step = 1; step <= 100; step++) {
                for (int i = 0; i < 10; i++) {
                    gradient.set(i, (float) Math.sin(0.1 * step + i));
                }
                optimizer.step(parameters, gradient, optimizer(name).learningRate());
                if (step == 1 || step == 2 || step == 10 || step == 100) {
                    assertThat(Golden.relativeError(parameters.toArray(), golden.get(Integer.toString(step))))
                            .as("step %d", step)
                            .isLessThan(1e-6);
                    compared++;
                }
            }
            assertThat(optimizer.steps()).isEqualTo(100);
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
            case "nesterov" -> Sgd.rate(0.05).momentum(0.9).weightDecay(0.01).nesterov();
            case "adamw" -> AdamW.rate(0.01);
            case "adamw-decay" ->
                AdamW.rate(0.01).betas(0.8, 0.99).epsilon(1e-6).weightDecay(0.3);
            case "adagrad" -> Adagrad.rate(0.1);
            case "adagrad-decay" -> new Adagrad(0.1, 0.5, 1e-8, 0.1);
            case "lamb" -> Lamb.rate(0.01);
            case "lamb-decay" -> Lamb.rate(0.02).betas(0.8, 0.99).epsilon(1e-5).weightDecay(0.2);
            default -> throw new IllegalArgumentException(name);
        };
    }

    @Test
    void step_takesTheRateItIsGiven() {
        try (Vector parameters = Vector.of(new float[] {1, 2}, Device.CPU);
                Vector gradient = Vector.of(new float[] {4, 8, 99}, Device.CPU);
                var optimizer = new TorchOptimizer(Sgd.rate(1), List.of(new Parameter("p", Shape.of(2))), Device.CPU)) {
            optimizer.step(parameters, gradient, 0.25);
            assertThat(parameters.toArray()).containsExactly(0, 0);
        }
    }

    /** What is kept from step to step is all that a step depends on. */
    @ParameterizedTest
    @ValueSource(strings = {"nesterov", "adamw-decay", "adagrad-decay", "lamb-decay"})
    void state_givenToAnother_goesOnAsIfNothingHappened(String name) {
        float[] numbers = {1, -2, 3, -4, 5, -6, 7, -8, 9, -10};
        try (Vector parameters = Vector.of(numbers, Device.CPU);
                Vector others = Vector.zeros(10, Device.CPU);
                Vector gradient = Vector.of(numbers, Device.CPU);
                var optimizer = new TorchOptimizer(optimizer(name), ARRAYS, Device.CPU);
                var other = new TorchOptimizer(optimizer(name), ARRAYS, Device.CPU)) {
            optimizer.step(parameters, gradient, 0.1);
            others.copyFrom(parameters);
            var state = optimizer.state();
            other.state()
                    .forEach((key, kept) -> kept.set(
                            0, Objects.requireNonNull(state.get(key), key).toArray()));
            other.resumeAfter(optimizer.steps());
            gradient.set(0, numbers);
            optimizer.step(parameters, gradient, 0.1);
            gradient.set(0, numbers);
            other.step(others, gradient, 0.1);
            assertThat(others.toArray()).containsExactly(parameters.toArray());
            assertThat(optimizer.state()).isNotEmpty();
        }
    }
}
