package io.aidc.training.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.TrainingReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReportJsonTest {
    @Test
    void report_readsBackEqual(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("report.json");
        Files.writeString(file, "older");
        ReportJson.write(Runs.report(), file);
        assertThat(ReportJson.read(file)).isEqualTo(Runs.report());
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void order_isKept() {
        assertThat(ReportJson.parse(ReportJson.text(Runs.report()))
                        .hyperParameters()
                        .keySet())
                .containsExactly("model", "batchSize", "rate", "nesterov");
    }

    /** A report as the first version of the format wrote it, which must be readable for ever. */
    @Test
    void firstVersion_isReadable() {
        TrainingReport report = ReportJson.parse("""
                {"format":1,"seed":9223372036854775807,"dataFingerprint":"ab","hyperParameters":{"a":"b"},
                "versions":{},"started":"2026-11-21T10:00:00Z","duration":"PT1.5S","steps":1,"stopReason":"FINISHED",
                "stopDetail":"","losses":[1,"Infinity",1e400],"epochs":[{"epoch":1,"step":1,"loss":"NaN",
                "learningRate":1e-3,"validation":{"x":2}}]}
                """);
        assertThat(report.seed()).isEqualTo(Long.MAX_VALUE);
        assertThat(report.losses()).containsExactly(1.0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
        assertThat(report.epochs().get(0).loss()).isNaN();
        assertThat(report.epochs().get(0).validation()).containsEntry("x", 2.0);
    }

    private static String with(String from, String to) {
        String text = ReportJson.text(Runs.report());
        assertThat(text).contains(from);
        return text.replace(from, to);
    }

    @Test
    void wrongField_isNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"seed\" : -42", "\"seed\" : \"x\"")))
                .withMessage("report: seed must be a 64-bit integer, got x");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"seed\" : -42,", "")))
                .withMessage("report: field 'seed' is missing");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"seed\"", "\"sead\" : 1, \"seed\"")))
                .withMessage("report: field 'sead' is not known");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"format\" : 1", "\"format\" : 2")))
                .withMessage("report: format must be 1, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("PLATEAU", "BORED")))
                .withMessageStartingWith("report: stopReason must be one of [FINISHED, PLATEAU, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("2026-11-21T10:00:00.250Z", "yesterday")))
                .withMessage("report: started must be an ISO 8601 instant, got yesterday");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"steps\" : 4", "\"steps\" : -4")))
                .withMessage("report: steps must be in [0, 2147483647], got -4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"accuracy\" : 0.75", "\"accuracy\" : null")))
                .withMessage("report, epochs 1: validation.accuracy must be a number, got null");
    }

    @Test
    void textThatIsNoReport_isRefused() {
        for (String text : List.of("", "[]", "1", "null", "{", "{}", "{\"a\":1,\"a\":2}", "[".repeat(100_000))) {
            assertThatIllegalArgumentException().isThrownBy(() -> ReportJson.parse(text));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(ReportJson.text(Runs.report()) + "{}"))
                .withMessage("a report must be one JSON object, there is more after it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.parse(with("\"seed\"", "\"seed\" : 1, \"seed\"")))
                .withMessageContaining("uplicate");
    }

    @Test
    void fileThatIsMissingOrTooLong_isNamed(@TempDir Path directory) throws IOException {
        assertThatThrownBy(() -> ReportJson.read(directory.resolve("none.json")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("none.json");
        Path file = directory.resolve("long.json");
        try (var sparse = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(ReportJson.MAX_LENGTH + 1L);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportJson.read(file))
                .withMessageContaining("long.json must be at most 67108864 bytes, got 67108865");
        assertThatThrownBy(() -> ReportJson.write(Runs.report(), directory.resolve("no/report.json")))
                .isInstanceOf(UncheckedIOException.class);
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 50),
                LongStream.of(Long.getLong("test.seed", Clock.systemUTC().millis())));
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void damagedReport_isReadOrRefusedByName(long seed) {
        var random = new SplittableRandom(seed);
        String text = ReportJson.text(Runs.report());
        for (int round = 0; round < 100; round++) {
            StringBuilder damaged = new StringBuilder(text);
            for (int i = random.nextInt(1, 4); i > 0; i--) {
                int at = random.nextInt(damaged.length());
                switch (random.nextInt(3)) {
                    case 0 -> damaged.setCharAt(at, (char) random.nextInt(32, 127));
                    case 1 -> damaged.deleteCharAt(at);
                    default -> damaged.insert(at, "{}[],:\"-0e9n".charAt(random.nextInt(12)));
                }
            }
            try {
                TrainingReport report = ReportJson.parse(damaged.toString());
                assertThat(ReportJson.parse(ReportJson.text(report))).isEqualTo(report);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).contains("report");
            }
        }
    }
}
