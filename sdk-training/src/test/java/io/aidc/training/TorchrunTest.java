package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.Launch;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.Adam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** PyTorch's torchrun starts Java workers; needs {@code -Daidc.python=PATH} of a Python with torch. */
@Timeout(240)
class TorchrunTest {
    private static final Dataset DATA = Samples.classes(101, 1);
    private static final int FATAL_STEP = 12;

    @TempDir
    Path directory;

    private Path torchrun = Path.of("");

    @BeforeEach
    void find() {
        String python = System.getProperty("aidc.python", "");
        if (python.isEmpty()) {
            LoggerFactory.getLogger(TorchrunTest.class).warn("SKIPPED: workers under torchrun, no -Daidc.python");
        }
        Assumptions.assumeFalse(python.isEmpty());
        torchrun = Path.of(python).resolveSibling("torchrun");
        Assumptions.assumeTrue(Files.isExecutable(torchrun));
    }

    /** A worker that may die in its first attempt, without a word, as if it were killed. */
    static final class Member {
        public static void main(String[] arguments) throws IOException {
            Path directory = Path.of(arguments[0]);
            boolean dies = arguments[1].equals("dies")
                    && System.getenv("TORCHELASTIC_RESTART_COUNT").equals("0");
            String rank = System.getenv("RANK");
            try (TrainingResult result = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                    .optimizer(Adam.rate(0.01))
                    .batchSize(25)
                    .epochs(6)
                    .seed(7)
                    .workerTimeout(Duration.ofSeconds(30))
                    .checkpoints(
                            Checkpoints.in(directory.resolve("checkpoints")).every(5))
                    .resume()
                    .distributed(Launch.fromEnvironment())
                    .probe((number, step, parameters) -> {
                        if (dies && number == 1 && step == FATAL_STEP) {
                            Runtime.getRuntime().halt(3);
                        }
                    })
                    .fit(DATA)) {
                Files.writeString(
                        directory.resolve("model-" + rank),
                        "%d %d"
                                .formatted(
                                        result.report().losses().size(),
                                        Arrays.hashCode(result.model().numbers())));
            }
        }
    }

    private record Ended(int exitCode, String log) {}

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Ended launch(Path own, String how, String... options) throws IOException, InterruptedException {
        Files.createDirectory(own);
        List<String> command = new ArrayList<>(List.of(torchrun.toString(), "--nproc-per-node=2", "--no-python"));
        command.addAll(List.of("--local-addr=127.0.0.1", "--master-addr=127.0.0.1", "--master-port=" + freePort()));
        command.addAll(List.of(options));
        command.addAll(new ChildJvm(own).command(Member.class, own.toString(), how));
        Path log = own.resolve("log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(110, TimeUnit.SECONDS))
                    .as(() -> text(log))
                    .isTrue();
            return new Ended(process.exitValue(), text(log));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void workers_underTorchrun_trainOneModelAndAreRestartedFromTheLastCheckpoint() throws Exception {
        Path whole = directory.resolve("whole");
        Ended ended = launch(whole, "lives");
        assertThat(ended.exitCode()).as(ended.log()).isZero();
        String[] expected = text(whole.resolve("model-0")).split(" ", -1);
        assertThat(expected[0]).isEqualTo("30");
        assertThat(text(whole.resolve("model-1"))).isEqualTo(String.join(" ", expected));

        Path broken = directory.resolve("broken");
        Ended restarted = launch(broken, "dies", "--max-restarts=1");
        assertThat(restarted.exitCode()).as(restarted.log()).isZero();
        String[] actual = text(broken.resolve("model-0")).split(" ", -1);
        // From step 10, which was saved, to step 30.
        assertThat(actual[0]).isEqualTo("20");
        assertThat(actual[1]).isEqualTo(expected[1]);
        assertThat(text(broken.resolve("model-1"))).endsWith(" " + expected[1]);
    }

    @Test
    void workers_thatDieWithoutARestartLeft_endTheJobAndLeaveTheCheckpoint() throws Exception {
        Path own = directory.resolve("own");
        Ended ended = launch(own, "dies", "--max-restarts=0");
        assertThat(ended.exitCode()).isNotZero();
        assertThat(own.resolve("model-0")).doesNotExist();
        assertThat(Checkpoints.in(own.resolve("checkpoints"))
                        .latest()
                        .orElseThrow()
                        .load()
                        .step())
                .isEqualTo(10);
    }
}
