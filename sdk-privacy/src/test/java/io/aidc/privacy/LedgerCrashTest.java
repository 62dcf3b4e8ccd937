package io.aidc.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.aidc.privacy.accounting.PrivacyEvent.PureDp;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    private static Process start(Path file) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerChild.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static BufferedReader output(Process child) {
        return child.inputReader(StandardCharsets.US_ASCII);
    }
}
