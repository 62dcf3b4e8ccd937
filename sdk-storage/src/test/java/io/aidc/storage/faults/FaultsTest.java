package io.aidc.storage.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One short round of the program {@link Faults} each. */
@Tag("faults")
class FaultsTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @Test
    void kills_pauses_partitions_breakNoPromise() throws IOException {
        Optional<String> missing = Need.FIREWALL.missing("aidc-f102", directory);
        String partitions = missing.isEmpty() ? ",isolate,deafen,mute,split" : "";
        missing.ifPresent(reason -> System.err.println("PARTITIONS NOT TESTED: " + reason));
        Faults faults = faults("--seed 102 --faults kill,pause" + partitions);

        assertThat(faults.run()).as(output()).isTrue();

        assertThat(faults.tally().faults()).isPositive();
        assertThat(faults.tally().committed()).isGreaterThan(20);
    }

    @Test
    void staleReads_areFound() throws IOException {
        Faults faults = faults("--seed 103 --faults none --break stale-read");

        assertThat(faults.run()).as(output()).isFalse();

        assertThat(faults.tally().violations()).anyMatch(violation -> violation.contains("NOT_LINEARIZABLE"));
        assertThat(directory.resolve("aidc-f103/round-1-registers.html")).isNotEmptyFile();
    }

    private Faults faults(String arguments) {
        return new Faults(
                Settings.parse(
                        "--minutes", "0.01", "--fault-seconds", "0", "--directory", directory.toString(), arguments),
                new PrintStream(output, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return output.toString(StandardCharsets.UTF_8);
    }
}
