package io.aidc.storage.backup;

/** Something that a check found. */
public sealed interface Finding {
    /** How bad a finding is. */
    enum Severity {
        /** Something was lost or changed. */
        DAMAGE,
        /** Nothing is lost; {@link BackupRepository#prune()} would tidy it up. */
        HINT
    }

    /**
     * Tells how bad it is.
     *
     * @return damage unless the case says otherwise
     */
    default Severity severity() {
        return Severity.DAMAGE;
    }

    /**
     * An object is not what was written, or cannot be understood.
     *
     * @param object its key, such as {@code index/1a…}, or {@code tree} and an id
     * @param reason what is wrong
     */
    record DamagedObject(String object, String reason) implements Finding {}

    /**
     * A pack that the index names is not there.
     *
     * @param pack its key
     */
    record MissingPack(String pack) implements Finding {}

    /**
     * A pack has another length than its blobs add up to.
     *
     * @param pack its key
     * @param bytes its length
     * @param expectedBytes what the index says
     */
    record WrongLength(String pack, long bytes, long expectedBytes) implements Finding {}

    /**
     * A snapshot needs a blob that no index names.
     *
     * @param blob its id, 64 hex digits
     * @param file the file or directory that needs it
     * @param snapshot the first snapshot that needs it, 64 hex digits
     */
    record MissingBlob(String blob, String file, String snapshot) implements Finding {}

    /**
     * No index names a pack, for instance because a backup was interrupted. A hint.
     *
     * @param pack its key
     * @param bytes its length
     */
    record UnindexedPack(String pack, long bytes) implements Finding {
        @Override
        public Severity severity() {
            return Severity.HINT;
        }
    }

    /**
     * Several index files name a pack. A hint.
     *
     * @param pack its key
     */
    record RepeatedPack(String pack) implements Finding {
        @Override
        public Severity severity() {
            return Severity.HINT;
        }
    }

    /**
     * A pack holds both files and directories, as old versions of restic made them. A hint.
     *
     * @param pack its key
     */
    record MixedPack(String pack) implements Finding {
        @Override
        public Severity severity() {
            return Severity.HINT;
        }
    }

    /**
     * No snapshot needs a blob, or there are two of it. A hint, and only found by {@link CheckScope.UnusedBlobs}.
     *
     * @param blob its id, 64 hex digits
     * @param pack the pack it is in
     */
    record UnusedBlob(String blob, String pack) implements Finding {
        @Override
        public Severity severity() {
            return Severity.HINT;
        }
    }
}
