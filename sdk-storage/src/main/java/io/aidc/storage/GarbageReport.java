package io.aidc.storage;

import java.time.Duration;
import java.util.List;

/**
 * What {@link ReplicatedStore#collectGarbage(Duration)} did.
 *
 * <p>Immutable.
 *
 * @param condemned copies that no version needed at first, on all nodes together
 * @param deleted copies deleted; the others were needed after all, or their node could not be reached again, or
 *     something ended the run first
 * @param skippedNodes ids of the nodes that did not answer, sorted; their garbage waits for the next run
 * @param end how the run ended
 */
public record GarbageReport(long condemned, long deleted, List<String> skippedNodes, End end) {
    /** How a run ended. */
    public enum End {
        /** Everything that could be deleted was. */
        DONE,

        /** An upload or a restoration went on for longer than the caller's patience; nothing was deleted. */
        UPLOADS_GOING_ON,

        /** Another collector began later and took over. */
        SUPERSEDED
    }

    /** Copies the list. */
    public GarbageReport {
        skippedNodes = List.copyOf(skippedNodes);
    }
}
