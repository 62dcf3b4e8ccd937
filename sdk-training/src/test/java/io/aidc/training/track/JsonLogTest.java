package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.aidc.training.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLogTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("run.jsonl");
    }

    private List<Map<String, Object>> lines() throws IOException {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(JSON.std.mapFrom(line));
        }
        return lines;
    }

    @Test
    void run_isALineForEachEvent() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(4, 8, 1));
            log.onEpoch(Runs.epoch(1, 4), Map::of);
            log.onEnd(Runs.report());
        }
        List<Map<String, Object>> lines = lines();
        assertThat(lines).extracting(line -> line.get("event")).containsExactly("step", "epoch", "end");
        assertThat(lines.get(0))
                .containsEntry("step", 4)
                .containsEntry("steps", 8)
                .containsEntry("epoch", 1)
                .containsEntry("loss", 0.25)
                .containsEntry("learningRate", 0.01)
                .containsEntry("workers", 2)
                .containsEntry("examplesPerSecond", 1250.5)
                .containsEntry("elapsedSeconds", 0.4);
        assertThat(lines.get(1)).containsEntry("validation", Map.of("loss", 0.75, "accuracy", 0.625));
        assertThat(lines.get(2))
                .containsEntry("stopReason", "PLATEAU")
                .containsEntry("seed", -42)
                .doesNotContainKeys("losses", "epochs");
    }

    @Test
    void numberWithoutAForm_isNull() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(new TrainingProgress(1, 2, 1, Double.NaN, 1, 1, Double.POSITIVE_INFINITY, Duration.ZERO));
        }
        assertThat(lines().get(0)).containsEntry("loss", null).containsEntry("examplesPerSecond", null);
    }

    @Test
    void logThatWasCutOff_isGoneOnWithOnANewLine() throws IOException {
        Files.writeString(file, "{\"event\":\"step\"}\n{\"event\":\"st");
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(1, 2, 1));
        }
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(2, 2, 1));
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(1)).isEqualTo("{\"event\":\"st");
        assertThat(JSON.std.mapFrom(lines.get(3))).containsEntry("step", 2);
    }

    @Test
    void line_isInTheFileWhenItsCallReturns() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(1, 2, 1));
            assertThat(lines()).hasSize(1);
        }
    }

    @Test
    void privateRun_leavesOutWhatIsUnprotected() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(1, 2, 0));
            log.onEpoch(Runs.epoch(1, 1), Map::of);
            log.onEnd(Runs.report());
        }
        List<Map<String, Object>> lines = lines();
        assertThat(lines.get(0)).doesNotContainKeys("loss", "examplesPerSecond", "elapsedSeconds");
        assertThat(lines.get(1)).doesNotContainKeys("loss").containsKey("validation");
        assertThat(lines.get(2))
                .doesNotContainKeys("dataFingerprint", "duration")
                .containsKey("steps");
    }

    @Test
    void privateRun_askedForAll_writesAll() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file).unprotectedFigures()) {
            log.onStep(Runs.step(1, 2, 0));
        }
        assertThat(lines().get(0)).containsEntry("loss", 1.0);
    }

    @Test
    void misuse_isNamed() throws IOException {
        JsonLog log = JsonLog.appendingTo(file);
        log.close();
        log.close();
        assertThatIllegalStateException().isThrownBy(() -> log.onStep(Runs.step(1, 2, 1)));
        assertThat(file).doesNotExist();
        try (JsonLog nowhere = JsonLog.appendingTo(directory.resolve("no/run.jsonl"))) {
            assertThatThrownBy(() -> nowhere.onStep(Runs.step(1, 2, 1)))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("run.jsonl");
        }
    }

    @Test
    void run_thatIsInterrupted_isLoggedToItsEnd() throws IOException {
        try (JsonLog log = JsonLog.appendingTo(file)) {
            log.onStep(Runs.step(1, 8, 1));
            Thread.currentThread().interrupt();
            log.onStep(Runs.step(2, 8, 1));
            log.onEnd(Runs.report());
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(lines()).hasSize(3);
    }
}
