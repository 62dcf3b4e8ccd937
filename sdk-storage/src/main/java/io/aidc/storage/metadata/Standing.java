package io.aidc.storage.metadata;

import org.jspecify.annotations.Nullable;

/**
 * A node's view of its log at one moment.
 *
 * <p>Immutable.
 *
 * @param role what the node is
 * @param leader the node it takes for the leader, or null if it knows none
 * @param term the current election term, ≥ 0
 * @param commitIndex the last log entry it knows to be agreed, -1 before the first
 */
public record Standing(Role role, @Nullable String leader, long term, long commitIndex) {
    /** What a node is within its cluster. A single node leads itself. */
    public enum Role {
        /** Orders the commands. */
        LEADER,
        /** Follows a leader. */
        FOLLOWER,
        /** Asks to become leader. */
        CANDIDATE,
        /** Takes part in nothing: starting, or stopped. */
        NONE
    }
}
