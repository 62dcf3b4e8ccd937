package io.aidc.storage.backup;

/** Which files a backup reads. Whatever the kind, a snapshot is complete by itself and a blob is stored once. */
public enum BackupKind {
    /** Reads every file and cuts it again. */
    FULL,

    /** Takes over, unread, the files whose length and time are as in the latest snapshot of the same source and host. */
    INCREMENTAL,

    /** As {@link #INCREMENTAL}, but compared with the latest full snapshot. */
    DIFFERENTIAL
}
