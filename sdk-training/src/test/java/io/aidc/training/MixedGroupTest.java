package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.dist.Launch;
import io.aidc.training.network.Layer;
import io.aidc.training.network.Loss;
import io.aidc.training.network.Network;
import io.aidc.training.optim.Sgd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A Java rank and a Python rank train one model; needs {@code -Daidc.python=PATH} of a Python with torch. */
@Timeout(120)
class MixedGroupTest {
    private static final Network NETWORK = Network.of(Layer.linear(4, 8), Layer.relu(), Layer.linear(8, 3));
    private static final Dataset DATA = Samples.classes(101, 1);
    private static final int STEPS = 100;

    @TempDir
    Path directory;

    private static TrainingRun run() {
        return TrainingRun.of(NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Sgd.rate(0.05))
                .batchSize(25)
                .steps(STEPS)
                .seed(7)
                .startFrom(NETWORK.initialParameters(3))
                .workerTimeout(Duration.ofSeconds(60));
    }

    private static String line(float[] numbers) {
        List<String> texts = new ArrayList<>();
        for (float number : numbers) {
            texts.add(Float.toString(number));
        }
        return String.join(" ", texts);
    }

    private Path input() throws IOException {
        List<String> lines = new ArrayList<>(List.of(line(NETWORK.initialParameters(3))));
        for (int i = 0; i < DATA.rows(); i++) {
            lines.add(line(DATA.row(i)) + " " + DATA.label(i));
        }
        return Files.write(directory.resolve("input"), lines);
    }

    @Test
    void ranks_ofJavaAndPython_trainTheModelThatOneProcessTrains() throws Exception {
        String python = System.getProperty("aidc.python", "");
        if (python.isEmpty()) {
            LoggerFactory.getLogger(MixedGroupTest.class).warn("SKIPPED: a group with a Python rank, no -Daidc.python");
        }
        Assumptions.assumeFalse(python.isEmpty());
        Path meeting = directory.resolve("meeting");
        Path output = directory.resolve("output");
        Path script = Path.of(System.getProperty("aidc.root"), "sdk-training/src/test/python/mixed_rank.py");
        Process other = new ProcessBuilder(
                        python,
                        script.toString(),
                        meeting.toString(),
                        input().toString(),
                        output.toString(),
                        "7",
                        "25",
                        Integer.toString(STEPS),
                        "0.05")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try (TrainingResult one = run().fit(DATA);
                TrainingResult mixed =
                        run().distributed(Launch.sharedFile(meeting, 0, 2)).fit(DATA)) {
            assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(other.exitValue())
                    .as(Files.readString(directory.resolve("log")))
                    .isZero();
            float[] expected = one.model().numbers();
            float[] inPython = parse(Files.readString(output));
            float[] inJava = mixed.model().numbers();
            assertThat(inPython).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) inJava[i]).isCloseTo(expected[i], Offset.offset(1e-5));
                assertThat((double) inPython[i]).isCloseTo(inJava[i], Offset.offset(1e-6));
            }
        } finally {
            other.destroyForcibly();
        }
    }

    private static float[] parse(String text) {
        List<Float> values =
                Arrays.stream(text.strip().split(" ", -1)).map(Float::valueOf).collect(Collectors.toList());
        float[] numbers = new float[values.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = values.get(i);
        }
        return numbers;
    }
}
