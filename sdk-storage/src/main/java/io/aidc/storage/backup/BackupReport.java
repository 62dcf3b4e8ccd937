package io.aidc.storage.backup;

import java.time.Duration;

/**
 * What a backup did.
 *
 * @param snapshot the snapshot, durable
 * @param files files in it
 * @param filesTakenOver files that were not read, since they had not changed
 * @param bytes bytes in all files
 * @param bytesRead bytes of the files that were read
 * @param bytesAdded bytes of content that the repository did not have
 * @param bytesStored by how much the packs in the repository grew
 * @param duration from lock to snapshot
 */
public record BackupReport(
        Snapshot snapshot,
        long files,
        long filesTakenOver,
        long bytes,
        long bytesRead,
        long bytesAdded,
        long bytesStored,
        Duration duration) {}
