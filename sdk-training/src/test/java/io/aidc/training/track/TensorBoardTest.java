package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.jr.ob.JSON;
import io.aidc.training.EpochScores;
import io.aidc.training.track.EventReader.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {
    @TempDir
    Path directory;

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = TensorBoardTest.class.getResourceAsStream("/golden/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        }
    }

    /** Made by {@code Runs.main}, and read by TensorBoard, whose values are in {@code events.json}. */
    @Test
    void run_givesTheBytesThatTensorBoardHasRead() throws IOException {
        assertThat(Runs.write(directory)).hasBinaryContent(resource("events.bin"));
    }

    @Test
    void valuesReadByTensorBoard_areThoseWritten() throws IOException {
        Map<String, Object> read = JSON.std.mapFrom(new String(resource("events.json"), StandardCharsets.UTF_8));
        Map<?, ?> scalars = (Map<?, ?>) Objects.requireNonNull(read.get("scalars"));
        assertThat(scalars.keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder(
                        "train/loss",
                        "train/learningRate",
                        "train/examplesPerSecond",
                        "train/epochLoss",
                        "validation/loss",
                        "validation/accuracy");
        assertThat(String.valueOf(scalars.get("train/loss")))
                .contains("1, 1.0]")
                .contains("2, 0.5]")
                .contains("4, 0.25]");
        assertThat(String.valueOf(scalars.get("validation/accuracy")))
                .contains("2, 0.625]")
                .contains("4, 0.75]");
        assertThat(read.get("hparams"))
                .isEqualTo(
                        Map.of("batchSize", 32.0, "model", "Linear(4, 8)|Tanh <b>", "nesterov", true, "rate", 0.0015));
        assertThat(read.get("status")).isEqualTo("STATUS_SUCCESS");
        assertThat(read.get("started")).isEqualTo(Events.seconds(Runs.START));
        assertThat(read.get("ended")).isEqualTo(Events.seconds(Runs.START) + 12.345);
        assertThat(read.get("images")).hasToString("{pixel=[[4, 1, 1]]}");
        assertThat(String.valueOf(read.get("texts")))
                .contains("*ü*")
                .contains("| batchSize | 32 |")
                .contains("Linear(4, 8)\\|Tanh");
        // Two numbers at 1 in the last of 30 ranges of [-1, 1], one each in the first and the middle.
        assertThat(String.valueOf(read.get("histograms")))
                .contains("[2, -1.0, 1.0, 4.0, 1.0, 3.0, ")
                .contains("1.0], [1.0, 0.0,");
        // One value an event, but for the first, which names the version.
        assertThat(read).containsEntry("events", 26).containsEntry("rewritten", 25);
    }

    @Test
    void reader_agreesWithAFileOfTensorBoardItself() throws IOException {
        List<Message> events = EventReader.read(resource("events-by-tensorboard.bin"));
        assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
        assertThat(EventReader.values(events).get("theirs/ü"))
                .extracting(value -> (float) value.number(2))
                .containsExactly(0.5f, -1.25f, 3e30f);
    }

    @Test
    void firstEvent_namesTheVersionAndChecksumsHold() throws IOException {
        List<Message> events = EventReader.read(Runs.write(directory));
        assertThat(events.get(0).text(3)).isEqualTo("brain.Event:2");
        assertThat(events.get(0).number(1)).isEqualTo(Events.seconds(Runs.START));
        Map<String, List<Message>> values = EventReader.values(events);
        assertThat(values.get("train/learningRate"))
                .extracting(value -> value.number(2))
                .containsOnly((double) 0.01f)
                .hasSize(4);
        Message histogram =
                Objects.requireNonNull(values.get("parameters/0.weight")).get(1).message(5);
        assertThat(histogram.number(2)).isEqualTo(2);
        assertThat(Arrays.stream(histogram.packed(7)).sum())
                .isEqualTo(histogram.number(3))
                .isEqualTo(4);
        assertThat(histogram.packed(6)).hasSize(30).isSorted();
    }

    @Test
    void secondRun_getsAFileOfItsOwn() throws IOException {
        Path first = Runs.write(directory);
        byte[] before = Files.readAllBytes(first);
        Path second = Runs.write(directory);
        assertThat(second).isNotEqualTo(first);
        assertThat(first).hasBinaryContent(before);
        assertThat(second.getFileName().toString()).startsWith("events.out.tfevents.1795255200.");
    }

    @Test
    void recordCutOffAtTheEnd_leavesTheOthersReadable() throws IOException {
        byte[] bytes = Files.readAllBytes(Runs.write(directory));
        int all = EventReader.read(bytes).size();
        for (int cut = 1; cut < 60; cut++) {
            assertThat(EventReader.read(Arrays.copyOf(bytes, bytes.length - cut)))
                    .hasSize(all - 1);
        }
    }

    @Test
    void privateRun_showsNeitherLossNorRateNorTimeNorFingerprint() throws IOException {
        Path file;
        try (TensorBoard log = TensorBoard.in(directory).clock(Runs.ticking())) {
            log.onStep(Runs.step(1, 2, 0));
            log.onStep(Runs.step(2, 2, 0));
            log.onEpoch(new EpochScores(1, 2, Double.NaN, 0.01, Map.of("accuracy", 0.5)), Map::of);
            log.onEnd(Runs.report());
            file = log.file().orElseThrow();
        }
        List<Message> events = EventReader.read(file);
        assertThat(EventReader.values(events).keySet())
                .containsExactly(
                        "_hparams_/session_end_info",
                        "_hparams_/session_start_info",
                        "report",
                        "train/learningRate",
                        "validation/accuracy");
        assertThat(events).extracting(event -> event.number(1)).containsOnly(Events.seconds(Runs.START));
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .doesNotContain(
                        Runs.report().dataFingerprint(),
                        Runs.report().duration().toString());
        Message end = Objects.requireNonNull(EventReader.values(events).get("_hparams_/session_end_info"))
                .get(0);
        assertThat(end.message(9).message(1).message(2).message(4).number(2)).isEqualTo(Events.seconds(Runs.START));
    }

    /** As of a run that had come to its end before and was resumed. */
    @Test
    void runWithoutAStep_beginsItsSessionOnce() throws IOException {
        Path file;
        try (TensorBoard log = TensorBoard.in(directory)) {
            log.onEnd(Runs.report());
            file = log.file().orElseThrow();
        }
        assertThat(EventReader.values(EventReader.read(file)).get("_hparams_/session_start_info"))
                .hasSize(1);
    }

    @Test
    void privateRun_askedForAll_showsAll() throws IOException {
        Path file;
        try (TensorBoard log = TensorBoard.in(directory).unprotectedFigures().clock(Runs.ticking())) {
            log.onStep(Runs.step(1, 2, 0));
            log.onEnd(Runs.report());
            file = log.file().orElseThrow();
        }
        List<Message> events = EventReader.read(file);
        assertThat(EventReader.values(events)).containsKeys("train/loss", "train/examplesPerSecond");
        assertThat(events).extracting(event -> event.number(1)).doesNotHaveDuplicates();
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                .contains(Runs.report().dataFingerprint());
    }

    @Test
    void everySteps_writesTheFirstTheLastAndThoseBetween() throws IOException {
        Path file;
        try (TensorBoard log = TensorBoard.in(directory).everySteps(3).withoutHistograms()) {
            for (int step = 1; step <= 8; step++) {
                log.onStep(Runs.step(step, 8, 1));
            }
            log.onEpoch(Runs.epoch(1, 8), () -> {
                throw new AssertionError("no parameters are needed");
            });
            file = log.file().orElseThrow();
        }
        assertThat(EventReader.read(file).stream()
                        .filter(event -> event.has(5))
                        .filter(event -> tag(event).equals("train/loss"))
                        .map(event -> event.one(2)))
                .containsExactly(1L, 3L, 6L, 8L);
    }

    private static String tag(Message event) {
        try {
            return event.message(5).message(1).text(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void runThatDoesNotEnd_isMarkedAsFailed() throws IOException {
        Path file;
        try (TensorBoard log = TensorBoard.in(directory).hyperParameters(Map.of("rate", "0.1"))) {
            log.onStep(Runs.step(1, 2, 1));
            file = log.file().orElseThrow();
        }
        Message end = Objects.requireNonNull(
                        EventReader.values(EventReader.read(file)).get("_hparams_/session_end_info"))
                .get(0);
        assertThat(end.message(9).message(1).message(2).message(4).one(1)).isEqualTo(2L);
    }

    @Test
    void epoch_isOnDiskWhenItsCallReturns() throws IOException {
        try (TensorBoard log = TensorBoard.in(directory)) {
            log.onEpoch(Runs.epoch(1, 2), Map::of);
            assertThat(EventReader.read(log.file().orElseThrow())).hasSize(3);
        }
    }

    @Test
    void histogram_countsWhatIsFinite() {
        Histogram histogram = Histogram.of(new float[] {0, 30, 15, Float.NaN, Float.NEGATIVE_INFINITY});
        assertThat(histogram.finite()).isEqualTo(3);
        assertThat(histogram.counts()[0]).isEqualTo(1);
        assertThat(histogram.counts()[15]).isEqualTo(1);
        assertThat(histogram.counts()[29]).isEqualTo(1);
        assertThat(Histogram.of(new float[] {2, 2}).limits()).containsExactly(2);
        assertThat(Histogram.of(new float[0]).finite()).isZero();
        assertThat(Histogram.of(new float[] {-Float.MAX_VALUE, Float.MAX_VALUE}).counts())
                .contains(1, 1);
    }

    @Test
    void nothingHeard_makesNoFile() throws IOException {
        TensorBoard log = TensorBoard.in(directory.resolve("runs"));
        log.close();
        log.close();
        assertThat(directory.resolve("runs")).doesNotExist();
    }

    @Test
    void misuse_isNamed() throws IOException {
        TensorBoard log = TensorBoard.in(directory);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.everySteps(0))
                .withMessage("everySteps must be > 0, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> log.image("x", 1, "GIF89a, and some more bytes".getBytes(StandardCharsets.UTF_8)))
                .withMessage("image 'x' must be a PNG file");
        log.scalar("x", 1, 2);
        assertThatIllegalStateException().isThrownBy(log::unprotectedFigures);
        log.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> log.scalar("x", 1, 2))
                .withMessageContaining("is closed");
        Path file = Files.createFile(directory.resolve("file"));
        try (TensorBoard blocked = TensorBoard.in(file)) {
            assertThatThrownBy(() -> blocked.scalar("x", 1, 2)).isInstanceOf(UncheckedIOException.class);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).hasSize(2);
        }
    }
}
