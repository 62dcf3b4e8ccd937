package io.aidc.storage.backup;

/**
 * How far a backup, a restore or a check is; for a check packs are the files.
 *
 * @param files files that are done
 * @param totalFiles all files
 * @param bytes bytes of them that are done, taken over or verified ones included
 * @param totalBytes bytes of all files
 */
public record BackupProgress(long files, long totalFiles, long bytes, long totalBytes) {}
