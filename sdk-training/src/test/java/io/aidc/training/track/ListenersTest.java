package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingListener;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final List<String> heard = new ArrayList<>();

    private final class Recorder implements TrainingListener, AutoCloseable {
        private final String name;
        private final boolean fails;

        Recorder(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        private void hear(String what) {
            heard.add(name + " " + what);
            if (fails) {
                throw new IllegalStateException(name);
            }
        }

        @Override
        public void onStep(TrainingProgress progress) {
            hear("step");
        }

        @Override
        public void onEpoch(EpochScores scores, Supplier<Map<String, float[]>> parameters) {
            hear("epoch " + parameters.get().keySet());
        }

        @Override
        public void onEnd(TrainingReport report) {
            hear("end");
        }

        @Override
        public void close() {
            hear("close");
        }
    }

    @Test
    void all_hearInOrderAndCloseInReverse() {
        try (Listeners both = Listeners.all(new Recorder("a", false), progress -> {}, new Recorder("b", false))) {
            both.onStep(Runs.step(1, 2, 1));
            both.onEpoch(Runs.epoch(1, 1), () -> Map.of("w", new float[1]));
            both.onEnd(Runs.report());
        }
        assertThat(heard)
                .containsExactly(
                        "a step", "b step", "a epoch [w]", "b epoch [w]", "a end", "b end", "b close", "a close");
    }

    @Test
    void failureOfOne_reachesTheOthersFirst() {
        Listeners all = Listeners.all(new Recorder("a", true), new Recorder("b", true), new Recorder("c", false));
        assertThatThrownBy(() -> all.onStep(Runs.step(1, 2, 1)))
                .hasMessage("a")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThatThrownBy(all::close).hasMessage("b");
        assertThat(heard).containsExactly("a step", "b step", "c step", "c close", "b close", "a close");
    }

    @Test
    void bestEffort_letsTheRunGoOn() {
        try (Listeners kept = Listeners.bestEffort(new Recorder("a", true))) {
            kept.onStep(Runs.step(1, 2, 1));
            kept.onStep(Runs.step(2, 2, 1));
            kept.onEpoch(Runs.epoch(1, 2), Map::of);
            kept.onEnd(Runs.report());
        }
        assertThat(heard).containsExactly("a step", "a step", "a epoch []", "a end", "a close");
    }

    @Test
    void closeThatThrowsAChecked_isWrapped() {
        interface Both extends TrainingListener, AutoCloseable {
            @Override
            void close() throws IOException;
        }
        Both broken = new Both() {
            @Override
            public void onStep(TrainingProgress progress) {}

            @Override
            public void close() throws IOException {
                throw new IOException("disk");
            }
        };
        assertThatThrownBy(() -> Listeners.all(broken).close())
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("disk");
    }
}
