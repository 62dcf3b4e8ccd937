package io.aidc.training.torch.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aidc.training.optim.Schedule;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every schedule over a whole run against Python's PyTorch, see src/test/python/golden_optim.py. */
class ScheduleTraceTest {
    private static final Map<String, Schedule> SCHEDULES = new TreeMap<>(Map.of(
            "step", Schedule.step(130, 0.4),
            "cosine", Schedule.cosine(0),
            "cosine-least", Schedule.cosine(0.05),
            "warm-up-cosine", Schedule.warmUp(120, Schedule.cosine(0.01)),
            "warm-up-step", Schedule.warmUp(7, Schedule.step(200, 0.5)),
            "one-cycle", Schedule.oneCycle(),
            "one-cycle-short", Schedule.oneCycle()));

    static Stream<String> names() {
        return SCHEDULES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void factor_overARun_followsPyTorch(String name) throws IOException {
        double[] expected = new Golden("schedules.txt").doubles(name);
        Schedule schedule = SCHEDULES.get(name);
        if (schedule == null) {
            throw new AssertionError(name);
        }
        assertThat(expected).hasSizeGreaterThan(30);
        for (int step = 1; step <= expected.length; step++) {
            assertThat(schedule.factor(step, expected.length))
                    .as("step %d", step)
                    .isCloseTo(expected[step - 1], within(1e-12));
        }
    }
}
