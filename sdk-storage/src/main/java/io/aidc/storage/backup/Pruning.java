package io.aidc.storage.backup;

import java.util.List;

/** How a prune ended. */
public sealed interface Pruning {
    /**
     * What no snapshot needs was removed.
     *
     * @param packsDeleted packs that are gone, rewritten ones included
     * @param packsWritten packs that took over what was still needed
     * @param bytesBefore bytes of all packs before
     * @param bytesAfter and after
     */
    record Done(int packsDeleted, int packsWritten, long bytesBefore, long bytesAfter) implements Pruning {}

    /**
     * Something that a snapshot needs is missing or damaged; nothing was changed, so that it can still be saved.
     *
     * @param findings what was found
     */
    record Refused(List<Finding> findings) implements Pruning {
        /** Copies the list. */
        public Refused {
            findings = List.copyOf(findings);
        }
    }
}
