package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kills a process between reserving and committing, again and again. */
class LedgerCrashTest {
    @TempDir
    Path folder;

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void reserve_killedBeforeCommit_isSpentForEver() throws IOException, InterruptedException {
        Path file = folder.resolve("ledger");
        for (int attempt = 1; attempt <= 4; attempt++) {
            assertThat(runAndKill(file)).isEqualTo("RESERVED");
            try (PrivacyLedger ledger = LedgerChild.open(file)) {
                assertThat(ledger.scope("wards").spent()).isEqualTo(0.25 * attempt);
            }
        }
        assertThat(runAndKill(file)).isEqualTo("REFUSED");
        try (PrivacyLedger ledger = LedgerChild.open(file)) {
            assertThat(ledger.scope("wards").spent()).isEqualTo(1.0);
            assertThat(ledger.scope("wards").charge(new PureDp(1e-6))).isInstanceOf(Charge.Refused.class);
        }
    }

    /**
     * 64 threads are killed after a number of acknowledged reservations that the seed chooses, on one file, until its
     * budget is gone. Whatever was acknowledged is spent for ever, and never is more acknowledged than there is.
     */
    @ParameterizedTest(name = "seed={0}")
    @ValueSource(longs = 1)
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void reserve_manyThreadsKilledAnywhere_neverOverspends(long seed) throws IOException, InterruptedException {
        var random = new SplittableRandom(seed);
        Path file = folder.resolve("ledger");
        int all = (int) Math.round(1 / LedgerChild.EACH);
        int acknowledged = 0;
        for (int round = 0; round < 4; round++) {
            acknowledged += acknowledgedUntilKilled(file, random.nextInt(1, 700));
            try (PrivacyLedger ledger = LedgerChild.open(file)) {
                assertThat(ledger.scope("wards").spent()).isBetween(acknowledged * LedgerChild.EACH - 1e-9, 1.0);
            }
        }
        assertThat(acknowledged).isLessThanOrEqualTo(all);
        acknowledged += acknowledgedUntilKilled(file, all);
        assertThat(acknowledged).isLessThanOrEqualTo(all);
        try (PrivacyLedger ledger = LedgerChild.open(file)) {
            assertThat(ledger.scope("wards").charge(new PureDp(LedgerChild.EACH)))
                    .isInstanceOf(Charge.Refused.class);
        }
    }

    /** Kills a child once it has acknowledged so many, unless it ends before for lack of budget. */
    private static int acknowledgedUntilKilled(Path file, int enough) throws IOException, InterruptedException {
        Process child = start(file, "many");
        try (InputStream out = child.getInputStream()) {
            int count = 0;
            while (count < enough && out.read() >= 0) {
                count++;
            }
            // killed through its handle, which leaves the stream open
            child.toHandle().destroyForcibly();
            child.waitFor();
            // what was acknowledged between the last read and the kill
            while (out.read() >= 0) {
                count++;
            }
            return count;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void open_whileAnotherProcessHasIt_isRefused() throws IOException {
        Path file = folder.resolve("ledger");
        Process child = start(file);
        try (BufferedReader out = output(child)) {
            assertThat(out.readLine()).isEqualTo("RESERVED");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> LedgerChild.open(file))
                    .isInstanceOf(LedgerLockedException.class);
        } finally {
            child.destroyForcibly().onExit().join();
        }
        LedgerChild.open(file).close();
    }

    /** Starts a child, waits for its line, and kills it while it still holds what it reserved. */
    private static String runAndKill(Path file) throws IOException, InterruptedException {
        Process child = start(file);
        try (BufferedReader out = output(child)) {
            return out.readLine();
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    private static Process start(Path file, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-cp",
                System.getProperty("java.class.path"),
                LedgerChild.class.getName(),
                file.toString()));
        command.addAll(List.of(more));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader output(Process child) {
        return child.inputReader(StandardCharsets.US_ASCII);
    }
}
