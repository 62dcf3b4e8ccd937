package io.aidc.storage.backup;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a check found.
 *
 * @param findings damage first
 * @param snapshots how many snapshots were followed
 * @param packs how many packs the index names
 * @param packsRead how many were read in full
 * @param bytesRead their bytes
 * @param cursor where a {@link CheckScope.DataFrom} ended; null at the end of the data, and for other scopes
 */
public record CheckReport(
        List<Finding> findings,
        int snapshots,
        int packs,
        int packsRead,
        long bytesRead,
        @Nullable CheckCursor cursor) {
    /** Copies the list. */
    public CheckReport {
        findings = List.copyOf(findings);
    }

    /**
     * Says whether nothing is lost or changed, as far as was checked.
     *
     * @return true if no finding is damage
     */
    public boolean isClean() {
        return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.DAMAGE);
    }

    /**
     * Returns where the next check should go on.
     *
     * @return empty when all packs have been read
     */
    public Optional<CheckCursor> next() {
        return Optional.ofNullable(cursor);
    }
}
