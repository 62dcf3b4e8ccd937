package io.aidc.storage;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was done to the versions of a name. Kept as long as the store.
 *
 * <p>Immutable.
 *
 * @param at the wall clock of the node that did it
 * @param by who did it, as they said; empty if not said
 * @param action what was done
 * @param version the version published, deleted or pointed at
 * @param alias the alias moved or removed, or null
 * @param requestId of the write
 */
public record HistoryEntry(
        Instant at,
        String by,
        Action action,
        String version,
        @Nullable String alias,
        UUID requestId) {
    /** What can be done. */
    public enum Action {
        /** A version was published, and an alias moved to it if one is named. */
        PUBLISHED,
        /** An alias was moved to the version. */
        MOVED,
        /** The alias, which pointed at the version, was removed. */
        UNALIASED,
        /** The version was deleted. */
        DELETED
    }
}
