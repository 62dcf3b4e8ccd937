package io.aidc.storage.backup;

import java.util.List;

/**
 * What a policy keeps and what not.
 *
 * @param kept newest first
 * @param removed newest first
 */
public record Retention(List<Kept> kept, List<Snapshot> removed) {
    /** Copies the lists. */
    public Retention {
        kept = List.copyOf(kept);
        removed = List.copyOf(removed);
    }

    /**
     * A snapshot that is kept.
     *
     * @param snapshot the snapshot
     * @param reasons at least one, such as {@code daily snapshot}
     */
    public record Kept(Snapshot snapshot, List<String> reasons) {
        /** Copies the list. */
        public Kept {
            reasons = List.copyOf(reasons);
        }
    }
}
