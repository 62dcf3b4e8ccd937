package io.aidc.security.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aidc.security.VaultIoException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A power cut after each operation on the disk, and a killed program. */
class AuditCrashTest {
    private static final int[] BATCHES = {1, 2, 250, 3, 1, 300, 20};
    private static final int MAX_OPERATIONS = 500;

    @TempDir
    private Path directory;

    /** What a run acknowledged before it was cut. */
    private static final class Run {
        private final List<Integer> acknowledged = new ArrayList<>();
        private final AtomicReference<@Nullable Checkpoint> last = new AtomicReference<>();
        private boolean complete;
    }

    @Test
    void open_afterAPowerCutAtAnyOperation_keepsWhatWasAcknowledged() throws IOException {
        int at = 0;
        for (boolean complete = false; !complete; at++) {
            assertThat(at).isLessThan(MAX_OPERATIONS);
            complete = cutAndCheck(new Random(at), at).complete;
        }
        assertThat(at).isGreaterThan(80);
    }

    @ParameterizedTest(name = "seed={0}")
    @MethodSource("io.aidc.security.Vectors#seeds")
    void open_afterAPowerCutAtSomeOperation_keepsWhatWasAcknowledged(long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < 2; i++) {
            cutAndCheck(random, random.nextInt(95));
        }
    }

    private Run cutAndCheck(Random random, int at) throws IOException {
        Path log = Files.createTempDirectory(directory, "log");
        Run run = run(new CrashDisk(random, at), log);
        cutWhileOpening(random, log, run);
        try (AuditLog again = open(log, CrashDisk.reliable(), run)) {
            assertKept(log, run);
            long size = again.checkpoint().size();
            assertThat(again.record(TestLogs.event(1_000_000))).isEqualTo(size);
        }
        AuditCheck.of(log, TestLogs.VERIFIER).threads(1).run();
        return run;
    }

    /** Another cut while what the first one left is put in order. */
    private void cutWhileOpening(Random random, Path log, Run run) throws IOException {
        CrashDisk disk = new CrashDisk(random, random.nextInt(4));
        try (AuditLog opened = open(log, disk, run)) {
            assertThat(opened.checkpoint().size()).isGreaterThanOrEqualTo(run.acknowledged.size());
        } catch (VaultIoException e) {
            assertThat(e).hasMessageContaining("the disk stopped");
        }
        disk.powerCut();
    }

    private static AuditLog open(Path log, LogDisk disk, Run run) {
        AuditLog.Builder builder =
                AuditLog.at(log).signer(TestLogs.SIGNER).disk(disk).onCheckpoint(run.last::set);
        Checkpoint last = run.last.get();
        return last == null ? builder.open() : builder.remembered(last).open();
    }

    private static Run run(CrashDisk disk, Path directory) throws IOException {
        Run run = new Run();
        try (AuditLog log = open(directory, disk, run)) {
            for (int batch : BATCHES) {
                List<AuditEvent> events = new ArrayList<>();
                for (int i = 0; i < batch; i++) {
                    events.add(TestLogs.event(run.acknowledged.size() + i));
                }
                long first = log.recordAll(events);
                assertThat(first).isEqualTo(run.acknowledged.size());
                for (int i = 0; i < batch; i++) {
                    run.acknowledged.add((int) first + i);
                }
            }
            run.complete = true;
        } catch (VaultIoException e) {
            assertThat(e).hasMessageContaining("the disk stopped");
        }
        disk.powerCut();
        return run;
    }

    private static void assertKept(Path directory, Run run) {
        List<AuditEntry> entries = AuditQuery.over(directory).list();
        assertThat(entries).hasSizeGreaterThanOrEqualTo(run.acknowledged.size());
        for (int i : run.acknowledged) {
            assertThat(entries.get(i).event()).isEqualTo(TestLogs.event(i));
        }
        AuditCheck.of(directory, TestLogs.VERIFIER).threads(1).run();
    }

    @Test
    void record_afterTheDiskStopped_failsUntilOpenedAgain() {
        CrashDisk disk = new CrashDisk(new Random(1), 30);
        try (AuditLog log =
                AuditLog.at(directory).signer(TestLogs.SIGNER).disk(disk).open()) {
            assertThatExceptionOfType(VaultIoException.class).isThrownBy(() -> {
                for (int i = 0; i < 100; i++) {
                    log.record(TestLogs.event(i));
                }
            });
            assertThatExceptionOfType(VaultIoException.class)
                    .isThrownBy(() -> log.record(TestLogs.event(0)))
                    .withMessageContaining("until it is opened again");
        }
        try (AuditLog log = TestLogs.open(directory)) {
            log.record(TestLogs.event(0));
        }
    }

    @Test
    void open_afterTheProgramWasKilled_keepsWhatItAcknowledged() throws Exception {
        long acknowledged = -1;
        for (int round = 0; round < 2; round++) {
            acknowledged = Math.max(acknowledged, killed(300 + 100 * round));
            try (AuditLog log = TestLogs.open(directory)) {
                assertThat(log.checkpoint().size()).isGreaterThan(acknowledged);
            }
            List<AuditEntry> entries = AuditQuery.over(directory).list();
            for (AuditEntry entry : entries) {
                assertThat(entry.event()).isEqualTo(TestLogs.event((int) entry.index()));
            }
            AuditCheck.of(directory, TestLogs.VERIFIER).run();
        }
    }

    /** Runs a program that writes the log, kills it after some lines, and returns the last index that it acknowledged. */
    private long killed(int lines) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        classPath,
                        KilledWriter.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long last = -1;
        try (BufferedReader out = new BufferedReader(new InputStreamReader(writer.getInputStream(), UTF_8))) {
            int read = 0;
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.endsWith(".")) { // else the kill cut it
                    last = Long.parseLong(line.substring(0, line.length() - 1));
                }
                if (++read == lines) {
                    writer.toHandle().destroyForcibly();
                }
            }
        } finally {
            writer.toHandle().destroyForcibly();
        }
        assertThat(writer.waitFor()).isNotZero();
        assertThat(last).isGreaterThanOrEqualTo(lines - 1);
        return last;
    }
}
