package io.aidc.storage.backup;

import java.time.Duration;
import java.util.List;

/**
 * What a restore did.
 *
 * @param files files that are as in the snapshot now
 * @param bytes bytes of them
 * @param bytesWritten bytes that were missing or different
 * @param skipped links and special files of the snapshot, which are not restored
 * @param duration from lock to the last flush
 */
public record RestoreReport(long files, long bytes, long bytesWritten, List<String> skipped, Duration duration) {
    /** Copies the list. */
    public RestoreReport {
        skipped = List.copyOf(skipped);
    }
}
