package io.aidc.examples.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.examples.training.Workers.Worker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ClusterExampleTest {
    private static final int EPOCHS = 12;

    @TempDir
    Path directory;

    /** Also unpacks libtorch where that was never done, so that the processes of the other tests need not wait for it. */
    @BeforeAll
    static void oneWorker_trainsAlone(@TempDir Path directory) throws IOException, InterruptedException {
        var text = new ByteArrayOutputStream();
        ClusterOptions options = ClusterOptions.parse("--output", directory.toString(), "--epochs", "1");
        Map<String, String> place = Map.of(
                "RANK",
                "0",
                "WORLD_SIZE",
                "1",
                "MASTER_ADDR",
                "127.0.0.1",
                "MASTER_PORT",
                Integer.toString(Workers.freePort()));

        ClusterExample.run(options, options.launch(place), new PrintStream(text, true, StandardCharsets.UTF_8));

        assertThat(text.toString(StandardCharsets.UTF_8)).contains("rank 0: step 1 of 27, 1 workers");
        assertThat(directory.resolve(ClusterExample.MODEL)).isNotEmptyFile();
    }

    private static void assertEndedWell(Worker... workers) throws InterruptedException {
        for (Worker worker : workers) {
            int code = worker.exitCode();
            assertThat(code).as(worker.output()).isZero();
        }
    }

    @Test
    void twoProcesses_brokenOffAndStartedAgain_endWithTheModelOfAnUnbrokenRun() throws Exception {
        Path unbroken = directory.resolve("unbroken");
        try (Workers workers = new Workers(2, unbroken, EPOCHS)) {
            Worker zero = workers.start(0);
            Worker one = workers.start(1);
            assertEndedWell(zero, one);
            assertThat(accuracy(zero.output())).isGreaterThan(0.93);
            assertThat(zero.output()).contains("step 1 of", "2 workers");
            assertThat(one.output()).doesNotContain("accuracy");
        }
        Path broken = directory.resolve("broken");
        try (Workers workers = new Workers(2, broken, EPOCHS)) {
            Worker zero = workers.start(0);
            workers.start(1);
            zero.await("epoch 3");
        }
        assertThat(broken.resolve(ClusterExample.MODEL)).doesNotExist();
        try (Workers workers = new Workers(2, broken, EPOCHS)) {
            Worker zero = workers.start(0);
            Worker one = workers.start(1);
            assertEndedWell(zero, one);
            assertThat(zero.output()).doesNotContain("step 1 of").containsPattern("step \\d*[05]1 of");
        }
        assertThat(Files.readAllBytes(broken.resolve(ClusterExample.MODEL)))
                .isEqualTo(Files.readAllBytes(unbroken.resolve(ClusterExample.MODEL)));
        assertThat(Files.readString(broken.resolve(ClusterExample.REPORT))).contains("Handwritten digits");
    }

    @Test
    void threeProcesses_withoutWorkerZero_goOn_andItsSuccessorFindsTheModel() throws Exception {
        try (Workers workers = new Workers(3, directory, EPOCHS)) {
            Worker zero = workers.start(0);
            Worker one = workers.start(1);
            Worker two = workers.start(2);
            zero.await("epoch 2").kill();

            assertEndedWell(one, two);

            assertThat(one.output() + two.output()).contains(", 2 workers", "accuracy");
            Worker successor = workers.start(0);
            assertEndedWell(successor);
            assertThat(successor.output()).contains(ClusterExample.MODEL + " is there");
        }
    }

    @Test
    void environment_thatIsWrong_endsWithTheCodeThatIsNotTriedAgain() throws Exception {
        try (Workers workers = new Workers(1, directory, 1)) {
            Worker worker = workers.start(Map.of("RANK", "3", "WORLD_SIZE", "3"), "--output", directory.toString());

            assertThat(worker.exitCode()).isEqualTo(ClusterExample.MISUSE);
            assertThat(worker.output()).contains("ClusterExample: RANK must be in [0, 2], got 3");
        }
    }

    @Test
    void network_thatNobodyTrusts_isAMisuse() throws IOException, InterruptedException {
        Map<String, String> place =
                Map.of("RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "192.0.2.1", "MASTER_PORT", "29500");
        try (Workers workers = new Workers(2, directory, 1)) {
            Worker worker = workers.start(place, "--output", directory.toString());

            assertThat(worker.exitCode()).isEqualTo(ClusterExample.MISUSE);
            assertThat(worker.output()).contains("192.0.2.1: state --trusted-network");
        }
    }

    private static double accuracy(String output) {
        var matcher = Pattern.compile("accuracy ([0-9.]+) on pictures").matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return Double.parseDouble(matcher.group(1));
    }
}
