package io.aidc.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aidc.training.checkpoint.Checkpoints;
import io.aidc.training.dist.GradientCompression;
import io.aidc.training.dist.Launch;
import io.aidc.training.dp.DpSgd;
import io.aidc.training.network.Loss;
import io.aidc.training.optim.Adam;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Workers that are processes: started by us, or by somebody else and lost, gone and come again. */
@Timeout(120)
class ProcessesTest {
    private static final Dataset DATA = Samples.classes(101, 1);
    private static final int STEPS = 1_000_000;
    private static final Duration HURRIED = Duration.ofSeconds(8);

    @TempDir
    Path directory;

    private final List<Rank> ranks = new ArrayList<>();

    private static TrainingRun run() {
        return TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .optimizer(Adam.rate(0.01))
                .batchSize(24)
                .seed(7)
                .workerTimeout(Duration.ofSeconds(30));
    }

    // @start region="processes"
    /** Workers 1, 2, … run this; worker 0 makes the same run with {@code Launch.processes(4, Sibling.class)}. */
    static final class Sibling {
        public static void main(String[] arguments) {
            run().steps(20).distributed(Launch.fromEnvironment()).fit(DATA).close();
        }
    }
    // @end

    @Test
    void processes_trainTheModelThatOneWorkerTrains() {
        try (TrainingResult one = run().steps(20).fit(DATA);
                TrainingResult two = run().steps(20)
                        .distributed(Launch.processes(2, Sibling.class))
                        .fit(DATA)) {
            float[] expected = one.model().numbers();
            float[] actual = two.model().numbers();
            float largest = 0;
            for (float value : expected) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], Offset.offset(1e-5f * largest));
            }
        }
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    /** Fails at once; its siblings need not wait for it. */
    static final class Failing {
        @SuppressWarnings("DoNotCallSuggester") // a program: the JVM calls it
        public static void main(String[] arguments) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void processes_thatDoNotCome_areNamedAndGone() {
        TrainingRun run =
                TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY).distributed(Launch.processes(2, Failing.class));
        assertThatThrownBy(() -> run.fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("worker 1 ended before all had come, with exit code 1");
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void network_thatIsNotTrusted_isNotUsed() {
        Launch launch = Launch.fromEnvironment(
                Map.of("RANK", "0", "WORLD_SIZE", "2", "MASTER_ADDR", "192.0.2.1", "MASTER_PORT", "29500"));
        assertThatIllegalStateException()
                .isThrownBy(() -> run().distributed(launch).fit(DATA))
                .withMessageContaining("trustedNetwork()")
                .withMessageContaining("192.0.2.1");
    }

    /** No name has an empty label, so nobody is asked for it. */
    @Test
    void host_thatStaysUnknown_isNamedWhenTheTimeIsUp() {
        Launch launch = Launch.fromEnvironment(
                Map.of("RANK", "1", "WORLD_SIZE", "2", "MASTER_ADDR", "no..host", "MASTER_PORT", "29500"));
        TrainingRun run = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .startTimeout(Duration.ofSeconds(1))
                .distributed(launch);
        assertThatIllegalArgumentException().isThrownBy(() -> run.fit(DATA)).withMessageContaining("no..host");
    }

    /** A worker that as worker 0 tells each step and ends the run when it is told to; at the end it tells a digest of the model. */
    static final class Elastic {
        private static void onStep(TrainingProgress progress) {
            System.out.printf("step %d of %d%n", progress.step(), progress.workers());
            try {
                if (System.in.available() > 0) {
                    Thread.currentThread().interrupt();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static DpSgd privacy() {
            return DpSgd.clip(1)
                    .noiseMultiplier(1)
                    .sampling(8, population -> new int[] {0, 1, 2, 3})
                    .noise((sum, deviation) -> {})
                    .onStep(step -> {
                        System.out.println("admit " + step);
                        return true;
                    });
        }

        public static void main(String[] arguments) {
            TrainingRun run = switch (arguments[0]) {
                case "private" ->
                    TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                            .seed(7)
                            .workerTimeout(Duration.ofSeconds(30))
                            .privacy(privacy());
                case "hurried" ->
                    TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                            .seed(7)
                            .workerTimeout(HURRIED)
                            .checkpoints(Checkpoints.in(Path.of(arguments[1])).every(500));
                case "topK" -> run().compress(GradientCompression.topK(0.1));
                case "resume" ->
                    run().checkpoints(Checkpoints.in(Path.of(arguments[1]))).resume();
                default -> run();
            };
            try (TrainingResult result = run.steps(STEPS)
                    .distributed(Launch.fromEnvironment().elastic(arguments[0].equals("hurried") ? 2 : 1))
                    .listener(Elastic::onStep)
                    .fit(DATA)) {
                System.out.println("model " + Arrays.hashCode(result.model().numbers()));
            }
        }
    }

    /** A child and what it says. */
    private record Rank(Process process, BufferedReader lines, Path errors) {
        /** The numbers of the next line that begins with the word. */
        int[] next(String word) throws IOException {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(word + " ")) {
                    return Arrays.stream(
                                    line.replaceAll("[^-0-9]+", " ").strip().split(" ", -1))
                            .mapToInt(Integer::parseInt)
                            .toArray();
                }
            }
            throw new AssertionError("the worker ended: " + Files.readString(errors));
        }

        String errorText() {
            try {
                return Files.readString(errors);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Tells worker 0 to end the run. */
        void end() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }

        /** Leaves what it said readable. */
        void kill() throws InterruptedException {
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
    }

    private Rank start(int rank, int workers, int port) throws IOException {
        return start(rank, workers, port, "plain");
    }

    private Rank start(int rank, int workers, int port, String... kind) throws IOException {
        Path own = Files.createDirectory(directory.resolve("rank-" + rank));
        Process process = new ChildJvm(own)
                .environment("RANK", Integer.toString(rank))
                .environment("WORLD_SIZE", Integer.toString(workers))
                .environment("MASTER_ADDR", "127.0.0.1")
                .environment("MASTER_PORT", Integer.toString(port))
                .startReadable(Elastic.class, kind);
        var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        var started = new Rank(process, lines, own.resolve("err"));
        ranks.add(started);
        return started;
    }

    @AfterEach
    void endAll() throws InterruptedException {
        for (Rank rank : ranks) {
            rank.kill();
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Reads steps one after the other, none left out and none twice, until the group has so many workers. */
    private static int follow(Rank rank, int from, int workers) throws IOException {
        int expected = from;
        while (true) {
            int[] step = rank.next("step");
            assertThat(step[0]).isEqualTo(expected);
            if (step[1] == workers || step[0] == STEPS) {
                assertThat(step[1]).isEqualTo(workers);
                return step[0];
            }
            expected++;
        }
    }

    private static void assertSameModel(Rank... left) throws IOException, InterruptedException {
        int[] model = left[0].next("model");
        for (Rank other : List.of(left).subList(1, left.length)) {
            assertThat(other.next("model")).isEqualTo(model);
        }
        for (Rank rank : left) {
            assertThat(rank.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(rank.process().exitValue()).isZero();
        }
    }

    @Test
    void elastic_whenAWorkerIsKilled_goesOnWithTheOthersFromTheNextStep() throws Exception {
        int port = freePort();
        Rank first = start(0, 3, port);
        Rank second = start(1, 3, port);
        Rank third = start(2, 3, port);
        assertThat(first.next("step")).containsExactly(1, 3);
        third.kill();
        int resumed = follow(first, 2, 2);
        assertThat(follow(first, resumed + 1, 2)).isEqualTo(resumed + 1);
        first.end();
        assertSameModel(first, second);
    }

    /** What the others kept is theirs alone; all still have the same bits at the end. */
    @Test
    void elastic_whenWorkersSendTheLargestNumbers_survivesTheLossOfOne() throws Exception {
        int port = freePort();
        Rank first = start(0, 3, port, "topK");
        Rank second = start(1, 3, port, "topK");
        Rank third = start(2, 3, port, "topK");
        assertThat(first.next("step")).containsExactly(1, 3);
        third.kill();
        int resumed = follow(first, 2, 2);
        assertThat(follow(first, resumed + 1, 2)).isEqualTo(resumed + 1);
        first.end();
        assertSameModel(first, second);
    }

    @Test
    void elastic_whenTheMeetingPointIsGone_goesOnWithTheOthers() throws Exception {
        int port = freePort();
        Rank first = start(0, 3, port);
        Rank second = start(1, 3, port);
        Rank third = start(2, 3, port);
        int last = first.next("step")[0];
        first.kill();
        // What worker 0 did last may have reached nobody; it is then taken again, once.
        for (String line = first.lines().readLine();
                line != null;
                line = first.lines().readLine()) {
            if (line.startsWith("step ")) {
                last = Integer.parseInt(line.split(" ", -1)[1]);
            }
        }
        int[] next = second.next("step");
        assertThat(next[0]).isBetween(last, last + 1);
        assertThat(next[1]).isEqualTo(2);
        second.end();
        assertSameModel(second, third);
    }

    /** A newcomer has no checkpoint of its own to take up: it takes over what the others have. */
    @Test
    void elastic_whenAWorkerComesToARunThatResumes_takesItIn() throws Exception {
        int port = freePort();
        String saved = directory.resolve("checkpoints").toString();
        Rank first = start(0, 2, port, "resume", saved);
        Rank second = start(1, 2, port, "resume", saved);
        assertThat(first.next("step")).containsExactly(1, 2);
        Rank late = start(2, 3, port, "resume", saved);
        follow(first, 2, 3);
        first.end();
        assertSameModel(first, second, late);
    }

    /** The gate is asked before each attempt: a step that is taken again is charged again, and none goes without. */
    @Test
    void elastic_whenAPrivateRunLosesAWorker_chargesEachAttempt() throws Exception {
        int port = freePort();
        Rank first = start(0, 2, port, "private");
        Rank second = start(1, 2, port, "private");
        int admitted = 0;
        int completed = 0;
        boolean alone = false;
        for (int after = 0; after < 20; ) {
            String line = first.lines().readLine();
            assertThat(line).as(() -> first.errorText()).isNotNull();
            if (line.startsWith("admit ")) {
                int step = Integer.parseInt(line.substring("admit ".length()));
                assertThat(step).isEqualTo(completed + 1);
                admitted++;
            } else if (line.startsWith("step ")) {
                completed++;
                assertThat(line).startsWith("step %d of ".formatted(completed));
                alone |= line.endsWith("of 1");
                after += alone ? 1 : 0;
                if (completed == 10) {
                    second.kill();
                }
            }
        }
        assertThat(admitted).isBetween(completed, completed + 1);
        first.end();
        assertSameModel(first);
    }

    @Test
    void elastic_whenAWorkerComes_takesItIn() throws Exception {
        int port = freePort();
        Rank first = start(0, 2, port);
        Rank second = start(1, 2, port);
        assertThat(first.next("step")).containsExactly(1, 2);
        Rank late = start(2, 2 + 1, port);
        follow(first, 2, 3);
        first.end();
        assertSameModel(first, second, late);
    }

    private static void signal(String name, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", name, Long.toString(pid)).start();
        assertThat(kill.waitFor()).isZero();
    }

    private List<Rank> startHurried() throws IOException {
        int port = freePort();
        List<Rank> all = new ArrayList<>();
        for (int rank = 0; rank < 3; rank++) {
            all.add(start(
                    rank, 3, port, "hurried", directory.resolve("checkpoints").toString()));
        }
        return all;
    }

    /** It goes on when nobody waits for it any more, must not disturb the others, and ends by itself. */
    private static void assertEndsByItself(Rank frozen, String reason) throws IOException, InterruptedException {
        signal("-CONT", frozen.process().pid());
        assertThat(frozen.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(frozen.process().exitValue()).isNotZero();
        assertThat(frozen.errorText())
                .containsPattern("WorkerLostException: Worker \\d was lost in step \\d+: " + reason)
                .contains("GroupBrokenException");
    }

    /** Time for the exchange to fail, for the meeting to be held, for the next step, and for a busy machine. */
    private static final Duration NOTICED = HURRIED.multipliedBy(2).plusSeconds(8);

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void elastic_whenAWorkerIsFrozen_goesOnInTimeAndTheFrozenOneEndsWhenItWakes() throws Exception {
        List<Rank> all = startHurried();
        Rank first = all.get(0);
        int last = follow(first, 1, 3);
        signal("-STOP", all.get(2).process().pid());
        long began = System.nanoTime();
        int resumed = follow(first, last + 1, 2);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(NOTICED);
        assertEndsByItself(all.get(2), "the others went on without it, since it did not answer for PT8S");
        assertThat(follow(first, resumed + 1, 2)).isEqualTo(resumed + 1);
        first.end();
        assertSameModel(first, all.get(1));
    }

    /** Worker 0 holds the meeting and the checkpoints. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void elastic_whenTheMeetingPointIsFrozen_goesOnInTimeAndTheFrozenOneEndsWhenItWakes() throws Exception {
        List<Rank> all = startHurried();
        Rank first = all.get(0);
        Rank second = all.get(1);
        first.next("step");
        signal("-STOP", first.process().pid());
        long began = System.nanoTime();
        int next = second.next("step")[0];
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(NOTICED);
        // The checkpoints cannot be written while the frozen worker has their lock; the run goes on without.
        int due = next + 600;
        for (int step = next + 1; step <= due; step++) {
            assertThat(second.next("step")).containsExactly(step, 2);
        }
        assertThat(second.errorText()).contains("checkpoint not written, the run goes on");
        assertEndsByItself(first, "1 workers are left, 2 are needed");
        second.end();
        assertSameModel(second, all.get(2));
        assertThat(Checkpoints.in(directory.resolve("checkpoints"))
                        .latest()
                        .orElseThrow()
                        .load()
                        .step())
                .isGreaterThanOrEqualTo(due);
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void processes_whenOneIsFrozen_endInTimeAndLeaveNone() {
        long[] frozenAt = new long[1];
        TrainingRun run = TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                .seed(7)
                .steps(STEPS)
                .workerTimeout(HURRIED)
                .distributed(Launch.processes(2, Hurried.class))
                .listener(progress -> {
                    if (progress.step() == 5) {
                        frozenAt[0] = System.nanoTime();
                        ProcessHandle.current().children().forEach(child -> stop(child.pid()));
                    }
                });
        assertThatThrownBy(() -> run.fit(DATA))
                .isInstanceOf(WorkerLostException.class)
                .hasMessageContaining("was lost in step 6");
        assertThat(Duration.ofNanos(System.nanoTime() - frozenAt[0])).isLessThan(HURRIED.plusSeconds(4));
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    private static void stop(long pid) {
        try {
            signal("-STOP", pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #processes_whenOneIsFrozen_endInTimeAndLeaveNone} makes it. */
    static final class Hurried {
        public static void main(String[] arguments) {
            TrainingRun.of(Samples.NETWORK, Loss.CROSS_ENTROPY)
                    .seed(7)
                    .steps(STEPS)
                    .workerTimeout(HURRIED)
                    .distributed(Launch.fromEnvironment())
                    .fit(DATA)
                    .close();
        }
    }
}
