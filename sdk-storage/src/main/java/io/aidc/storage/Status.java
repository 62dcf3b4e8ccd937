package io.aidc.storage;

import io.aidc.storage.metadata.Standing;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's view of the cluster at one moment; may be behind.
 *
 * <p>Immutable.
 *
 * @param node this node's id
 * @param role what it is; a single node is its own leader
 * @param leader the node it takes for the leader, or null if it knows none
 * @param term the election term, ≥ 0
 * @param commitIndex the last log entry it knows to be agreed, -1 before the first
 * @param peers the other nodes
 */
public record Status(
        String node, Standing.Role role, @Nullable String leader, long term, long commitIndex, List<Peer> peers) {
    /** Copies the peers. */
    public Status {
        peers = List.copyOf(peers);
    }

    /**
     * Another node.
     *
     * @param node its id
     * @param reachable whether its data port answered as that node
     */
    public record Peer(String node, boolean reachable) {}
}
