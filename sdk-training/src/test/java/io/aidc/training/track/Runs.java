package io.aidc.training.track;

import io.aidc.training.EpochScores;
import io.aidc.training.TrainingProgress;
import io.aidc.training.TrainingReport;
import io.aidc.training.TrainingReport.StopReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Made-up runs for the tests of listeners. */
final class Runs {
    static final Instant START = Instant.parse("2026-11-21T10:00:00.25Z");

    /** A picture of one pixel. */
    static final byte[] PIXEL = Base64.getDecoder()
            .decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private Runs() {}

    static TrainingProgress step(int step, int steps, int epoch) {
        return new TrainingProgress(step, steps, epoch, 1.0 / step, 0.01, 2, 1250.5, Duration.ofMillis(100L * step));
    }

    static EpochScores epoch(int epoch, int step) {
        Map<String, Double> validation = new LinkedHashMap<>();
        validation.put("loss", 0.75 / epoch);
        validation.put("accuracy", 0.5 + 0.125 * epoch);
        return new EpochScores(epoch, step, 0.5 / epoch, 0.01, validation);
    }

    static TrainingReport report() {
        Map<String, String> hyperParameters = new LinkedHashMap<>();
        hyperParameters.put("model", "Linear(4, 8)|Tanh <b>");
        hyperParameters.put("batchSize", "32");
        hyperParameters.put("rate", "1.5e-3");
        hyperParameters.put("nesterov", "true");
        List<Double> losses = new ArrayList<>(List.of(1.0, 0.5, Double.NaN, 0.25));
        return new TrainingReport(
                -42,
                "813e71279150c93e992452d6e816a128108a79d4e77efe961f24b36a9169bc85",
                hyperParameters,
                Map.of("java", "17"),
                START,
                Duration.ofMillis(12_345),
                4,
                StopReason.PLATEAU,
                "no gain in 3 epochs & more",
                losses,
                List.of(epoch(1, 2), epoch(2, 4)));
    }

    /** One second for each look at it. */
    static Clock ticking() {
        return new Clock() {
            private int looks;

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public synchronized Instant instant() {
                return START.plusSeconds(looks++);
            }
        };
    }

    static Path write(Path directory) {
        try (TensorBoard log = TensorBoard.in(directory).clock(ticking())) {
            for (int epoch = 1; epoch <= 2; epoch++) {
                log.onStep(step(2 * epoch - 1, 4, epoch));
                log.onStep(step(2 * epoch, 4, epoch));
                float shift = epoch;
                log.onEpoch(epoch(epoch, 2 * epoch), () -> Map.of("0.weight", new float[] {-1, 0, shift, shift}));
            }
            log.text("note", 4, "*ü*");
            log.image("pixel", 4, PIXEL);
            log.onEnd(report());
            return log.file().orElseThrow();
        }
    }

    /** Writes the golden event file. Argument: the output file. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("events");
        Path file = write(directory);
        Files.copy(file, Path.of(arguments[0]), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.delete(file);
        Files.delete(directory);
    }
}
