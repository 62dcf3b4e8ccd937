package io.aidc.storage.backup;

import java.util.function.Consumer;

/** Adds up what several threads have done and tells a listener, which is called by one thread at a time. */
final class Tally {
    private final Consumer<BackupProgress> listener;
    private final long totalFiles;
    private final long totalBytes;
    private long files;
    private long bytes;

    Tally(Consumer<BackupProgress> listener, long totalFiles, long totalBytes) {
        this.listener = listener;
        this.totalFiles = totalFiles;
        this.totalBytes = totalBytes;
    }

    synchronized void add(long moreFiles, long moreBytes) {
        files += moreFiles;
        bytes += moreBytes;
        listener.accept(new BackupProgress(files, totalFiles, bytes, totalBytes));
    }
}
