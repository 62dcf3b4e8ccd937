package io.aidc.storage.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What a restore drill showed; worth keeping as a record.
 *
 * @param when when it began
 * @param snapshot what was restored
 * @param files files that were restored and read again
 * @param bytes bytes of them
 * @param filesCompared files among them that were compared with the source, where they have not changed since
 * @param duration from beginning to end
 * @param findings what was not as it should be
 */
public record DrillReport(
        Instant when,
        Snapshot snapshot,
        long files,
        long bytes,
        long filesCompared,
        Duration duration,
        List<Problem> findings) {
    /** Copies the list. */
    public DrillReport {
        findings = List.copyOf(findings);
    }

    /**
     * Something that was not as it should be.
     *
     * @param file the file, or the damaged object of the repository
     * @param reason what is wrong
     */
    public record Problem(String file, String reason) {}

    /**
     * Says whether all that was restored is right.
     *
     * @return true if nothing was found
     */
    public boolean passed() {
        return findings.isEmpty();
    }
}
