package io.aidc.training.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aidc.training.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class JournalTest {
    @TempDir
    private Path directory;

    /** Completes, is pruned or fails, by its parameters. */
    static double objective(Trial trial) {
        double x = trial.uniform("x", 0, 1);
        trial.report(1, x);
        if (trial.shouldPrune()) {
            return 0;
        }
        if (trial.choice("kind", "ä", "\"b\"\n".strip()).equals("ä") && x > 0.7) {
            throw new IllegalStateException("too \"much\"\n");
        }
        return x * x;
    }

    private static Search search(Objective objective, Path file) {
        return search(objective, 7, file);
    }

    private static Search search(Objective objective, int trials, Path file) {
        return Search.minimise(objective)
                .sampler(Tpe.seeded(3).startupTrials(3))
                .pruner(Asha.reduction(2))
                .trials(trials)
                .rerunInterrupted()
                .journal(file, JournalSync.AT_CLOSE);
    }

    /** All of a trial but its times and attempts. */
    private static List<String> essence(SearchResult result) {
        return result.trials().stream()
                .map(trial ->
                        "%d %s %s %s".formatted(trial.number(), trial.parameters(), trial.reports(), trial.outcome()))
                .toList();
    }

    @Test
    void run_again_runsNothingAndTellsTheSame() {
        Path file = directory.resolve("journal");
        SearchResult first = search(JournalTest::objective, file).run();
        SearchResult again = search(
                        trial -> {
                            throw new AssertionError("run again");
                        },
                        file)
                .run();
        assertThat(again.trials()).isEqualTo(first.trials());
        assertThat(essence(first))
                .anyMatch(text -> text.contains("Pruned"))
                .anyMatch(text -> text.contains("Completed"));
    }

    @Test
    void run_withMoreTrials_goesOnAsOneLongSearch() {
        Path file = directory.resolve("journal");
        Search.minimise(JournalTest::objective).seed(1).trials(12).journal(file).run();
        SearchResult longer = Search.minimise(JournalTest::objective)
                .seed(1)
                .trials(25)
                .journal(file)
                .run();
        SearchResult whole =
                Search.minimise(JournalTest::objective).seed(1).trials(25).run();
        assertThat(essence(longer)).isEqualTo(essence(whole));
    }

    @Test
    void run_withoutASeed_takesThatOfTheJournal() {
        Path file = directory.resolve("journal");
        SearchResult first =
                Search.minimise(JournalTest::objective).trials(3).journal(file).run();
        SearchResult longer =
                Search.minimise(JournalTest::objective).trials(13).journal(file).run();
        assertThat(longer.sampler()).isEqualTo(first.sampler());
    }

    /** Whatever part of the file a crash leaves, what stands in whole lines is found, and no more. */
    @Test
    void open_afterACutAtAnyByte_findsTheWholeLines() throws IOException {
        Path whole = directory.resolve("whole");
        search(JournalTest::objective, 2, whole).run();
        byte[] bytes = Files.readAllBytes(whole);
        Path part = directory.resolve("part");
        for (int length = 0; length <= bytes.length; length++) {
            byte[] left = Arrays.copyOf(bytes, length);
            Files.write(part, left);
            String lines = new String(left, UTF_8);
            lines = lines.substring(0, lines.lastIndexOf('\n') + 1);
            try (Journal journal = Journal.open(part, JournalSync.AT_CLOSE)) {
                assertThat(journal.attempts()).hasSize(lines.split("\"start\"", -1).length - 1);
                assertThat(journal.attempts().stream().filter(attempt -> attempt.outcome != null))
                        .hasSize(lines.split("\"end\"", -1).length - 1);
            }
            assertThat(Files.readString(part)).as("cut at %d", length).isEqualTo(lines);
        }
    }

    /** And the search then ends with the trials it would have had. */
    @Test
    void run_afterACut_givesTheTrialsOfOneRun() throws IOException {
        Path whole = directory.resolve("whole");
        List<String> expected = essence(search(JournalTest::objective, whole).run());
        byte[] bytes = Files.readAllBytes(whole);
        Path part = directory.resolve("part");
        for (int length = 0; length <= bytes.length; length++) {
            boolean lineEnds = length > 0 && bytes[length - 1] == '\n';
            if (lineEnds || length % 97 == 0) {
                Files.write(part, Arrays.copyOf(bytes, length));
                assertThat(essence(search(JournalTest::objective, part)
                                .executor(Runnable::run)
                                .run()))
                        .as("cut at %d", length)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void run_afterACut_runsNoTrialTwice() throws IOException {
        Path file = directory.resolve("journal");
        search(JournalTest::objective, file).run();
        List<String> lines = Files.readAllLines(file);
        int third = 0;
        while (!lines.get(third).contains("\"event\":\"end\",\"trial\":2")) {
            third++;
        }
        Files.writeString(
                file,
                String.join("\n", lines.subList(0, third)) + "\n"
                        + lines.get(third).substring(0, 9));
        var begun = new AtomicInteger();
        SearchResult result = search(
                        trial -> {
                            begun.incrementAndGet();
                            return objective(trial);
                        },
                        file)
                .run();
        assertThat(begun.get()).isEqualTo(5);
        assertThat(result.trials().get(2).attempts()).isEqualTo(2);
        assertThat(result.trials().get(1).attempts()).isEqualTo(1);
    }

    @Test
    void run_withoutRerun_keepsInterruptedTrials() throws IOException {
        Path file = directory.resolve("journal");
        search(JournalTest::objective, file).run();
        List<String> lines = Files.readAllLines(file);
        Files.writeString(file, String.join("\n", lines.subList(0, lines.size() - 1)) + "\n");
        SearchResult result = Search.minimise(JournalTest::objective)
                .sampler(Tpe.seeded(3).startupTrials(3))
                .pruner(Asha.reduction(2))
                .trials(8)
                .journal(file)
                .run();
        assertThat(result.trials().get(6).outcome()).isEqualTo(new Outcome.Interrupted());
        assertThat(result.trials()).hasSize(8);
    }

    /** A changed byte is seen, unless it is the end of the last line, which then is an unfinished one. */
    @Test
    void open_afterAnyByteChanged_isRefusedByLine() throws IOException {
        Path file = directory.resolve("journal");
        search(JournalTest::objective, 2, file).run();
        byte[] bytes = Files.readAllBytes(file);
        var random = new SplittableRandom(1);
        for (int i = 0; i < bytes.length - 1; i++) {
            byte[] changed = bytes.clone();
            changed[i] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, changed);
            int line = 1
                    + (int) new String(bytes, 0, i, UTF_8)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            assertThatExceptionOfType(DamagedJournalException.class)
                    .as("byte %d", i)
                    .isThrownBy(() -> Journal.open(file, JournalSync.AT_CLOSE))
                    .satisfies(e -> assertThat(e.line()).isBetween(1, line));
        }
    }

    @Test
    void open_afterALineIsGone_isRefused() throws IOException {
        Path file = directory.resolve("journal");
        search(JournalTest::objective, file).run();
        List<String> lines = Files.readAllLines(file);
        lines.remove(4);
        Files.writeString(file, String.join("\n", lines) + "\n");
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> search(JournalTest::objective, file).run())
                .withMessageContaining("is damaged at line 5: its check is");
        Files.writeString(file, "a,b,c\n1,2,3\n");
        assertThatExceptionOfType(DamagedJournalException.class)
                .isThrownBy(() -> search(JournalTest::objective, file).run())
                .withMessageContaining("line 1: it has no check at its end");
    }

    @Test
    void open_ofAnotherSearch_isRefusedWithWhatDiffers() {
        Path file = directory.resolve("journal");
        search(JournalTest::objective, file).run();
        assertThatExceptionOfType(JournalMismatchException.class)
                .isThrownBy(() ->
                        Search.maximise(JournalTest::objective).journal(file).run())
                .withMessageContaining("its direction is MINIMISE, but this search has MAXIMISE");
        assertThatExceptionOfType(JournalMismatchException.class)
                .isThrownBy(() -> Search.minimise(JournalTest::objective)
                        .sampler(RandomSampler.seeded(3))
                        .journal(file)
                        .run())
                .withMessageContaining("sampler is tpe(seed=3, startupTrials=3, candidates=24, joint)")
                .satisfies(e -> assertThat(e.what()).isEqualTo("sampler"));
        assertThatExceptionOfType(JournalMismatchException.class)
                .isThrownBy(() -> Search.minimise(JournalTest::objective)
                        .sampler(Tpe.seeded(3).startupTrials(3))
                        .journal(file)
                        .run())
                .withMessageContaining("pruner");
        assertThatExceptionOfType(JournalMismatchException.class)
                .isThrownBy(() -> Search.minimise(trial -> trial.uniform("x", 0, 2))
                        .sampler(Tpe.seeded(3).startupTrials(3))
                        .pruner(Asha.reduction(2))
                        .trials(8)
                        .journal(file)
                        .run())
                .withMessageContaining("parameter 'x' is uniform [0.0, 1.0], but this search has uniform [0.0, 2.0]");
    }

    @Test
    void open_whileHeld_isRefused() {
        Path file = directory.resolve("journal");
        SearchResult result = Search.minimise(trial -> {
                    assertThatExceptionOfType(JournalUnavailableException.class)
                            .isThrownBy(() -> Search.minimise(JournalTest::objective)
                                    .trials(1)
                                    .journal(file)
                                    .run())
                            .withMessageEndingWith("is held by another search");
                    return 1;
                })
                .trials(1)
                .journal(file)
                .run();
        assertThat(result.ranking()).hasSize(1);
        assertThatExceptionOfType(JournalUnavailableException.class)
                .isThrownBy(() -> Search.minimise(JournalTest::objective)
                        .journal(directory.resolve("none/journal"))
                        .run())
                .withMessageContaining("has no directory to be in");
    }

    /** A process is killed in its sixth trial; meanwhile it held the journal, afterwards the search goes on. */
    @Test
    void run_afterKill_givesTheTrialsOfOneRun() throws Exception {
        Path file = directory.resolve("journal");
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            server.setSoTimeout(60_000);
            Process child = new ChildJvm(directory)
                    .start(Killed.class, file.toString(), Integer.toString(server.getLocalPort()));
            try {
                Socket inSixthTrial = server.accept();
                assertThatExceptionOfType(JournalUnavailableException.class)
                        .isThrownBy(() -> search(JournalTest::objective, file).run())
                        .withMessageEndingWith("is held by another search");
                // Killed before the socket is closed, which would end the trial.
                child.destroyForcibly().waitFor();
                inSixthTrial.close();
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
        SearchResult result = search(JournalTest::objective, file).run();
        assertThat(essence(result))
                .isEqualTo(essence(search(JournalTest::objective, directory.resolve("other"))
                        .run()));
        assertThat(result.trials().get(5).attempts()).isEqualTo(2);
    }

    /** What the child runs. */
    static final class Killed {
        private Killed() {}

        public static void main(String[] arguments) {
            search(
                            trial -> {
                                if (trial.number() == 5) {
                                    trial.uniform("x", 0, 1);
                                    try (var socket = new Socket(
                                            InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]))) {
                                        // Blocks until the parent kills this process.
                                        return socket.getInputStream().read()
                                                + Thread.currentThread().getId();
                                    }
                                }
                                return objective(trial);
                            },
                            Path.of(arguments[0]))
                    .run();
        }
    }

    static LongStream seeds() {
        return LongStream.concat(
                LongStream.range(0, 49), LongStream.of(Long.getLong("test.seed", System.currentTimeMillis())));
    }

    /** Any text is a line or is refused with an {@link IllegalArgumentException}. */
    @ParameterizedTest(name = "seed={0}")
    @MethodSource("seeds")
    void read_ofGarbage_isALineOrRefused(long seed) {
        var random = new SplittableRandom(seed);
        List<JournalLine> lines = List.of(
                new JournalLine.Header("MINIMISE", "random(seed=1)", "none", 1),
                new JournalLine.Start(3, java.time.Instant.EPOCH),
                new JournalLine.Parameter(3, "x", new Setting(new Domain.Stepped(0, 1, 0.5), 0.5)),
                new JournalLine.Parameter(3, "y", new Setting(new Domain.Choice(List.of("a", "b")), 1)),
                new JournalLine.Report(3, 4, 0.25),
                new JournalLine.End(3, new Outcome.Pruned(4, 0.25), java.time.Duration.ofSeconds(2)));
        for (JournalLine line : lines) {
            assertThat(JournalText.read(JournalText.write(line))).isEqualTo(line);
            for (int i = 0; i < 40; i++) {
                var text = new StringBuilder(JournalText.write(line));
                for (int changes = random.nextInt(4); changes >= 0; changes--) {
                    int at = random.nextInt(text.length());
                    text.replace(
                            at,
                            Math.min(text.length(), at + random.nextInt(4)),
                            "{}[]\":,0123456789eE-.ntruefalse\\u\u0000é"
                                    .substring(random.nextInt(30))
                                    .substring(0, 1)
                                    .repeat(random.nextInt(3)));
                    if (text.isEmpty()) {
                        text.append('{');
                    }
                }
                try {
                    assertThat(JournalText.read(text.toString())).isNotNull();
                } catch (IllegalArgumentException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "3", "[]", "{}", "{\"event\":null}", "{\"event\":\"start\",\"trial\":-1}"})
    void read_ofOtherJson_isRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> JournalText.read(text));
    }

    @Test
    void lines_areJsonThatOthersCanRead() throws IOException {
        Path file = directory.resolve("journal");
        Search.minimise(trial -> trial.uniform("x", 0, 1))
                .sampler(Grid.over("x", 0.5))
                .journal(file)
                .time(java.time.Clock.fixed(java.time.Instant.EPOCH, java.time.ZoneOffset.UTC), () -> 0, Search.GRACE)
                .run();
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(4);
        assertThat(lines.get(2))
                .startsWith(
                        "{\"event\":\"parameter\",\"trial\":0,\"name\":\"x\",\"domain\":{\"kind\":\"real\",\"low\":0.0,"
                                + "\"high\":1.0,\"scale\":\"LINEAR\"},\"value\":0.5,\"crc\":\"");
        for (String line : lines) {
            Map<String, Object> json = com.fasterxml.jackson.jr.ob.JSON.std.mapFrom(line);
            assertThat(json).containsKeys("event", "crc");
        }
    }

    /** What version 1 wrote is readable for ever. */
    @Test
    void journal_ofVersion1_isRead() throws IOException {
        Path file = directory.resolve("journal");
        try (var old = JournalTest.class.getResourceAsStream("search-journal-v1.jsonl")) {
            Files.write(file, java.util.Objects.requireNonNull(old).readAllBytes());
        }
        SearchResult result = search(
                        trial -> {
                            throw new AssertionError("run again");
                        },
                        file)
                .run();
        assertThat(result.trials()).hasSize(7);
        assertThat(result.best().orElseThrow().parameter("x").number()).isBetween(0.0, 0.5);
    }
}
