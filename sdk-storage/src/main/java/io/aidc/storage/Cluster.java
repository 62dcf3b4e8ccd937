package io.aidc.storage;

import io.aidc.storage.metadata.Member;
import io.aidc.storage.metadata.Membership;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a store's cluster. A single node is a cluster of one, which cannot grow: give it peers when it is first opened.
 *
 * <p>Thread-safe.
 */
public final class Cluster {
    private final String self;
    private final @Nullable Membership membership;
    private final EventBus events;

    Cluster(String self, @Nullable Membership membership, EventBus events) {
        this.self = self;
        this.membership = membership;
        this.events = events;
    }

    /**
     * Lists the nodes as this node knows them.
     *
     * @return ids, sorted
     */
    public List<String> members() {
        return membership == null
                ? List.of(self)
                : membership.members().stream().map(Member::id).toList();
    }

    /**
     * Adds a node that was opened with {@link StoreBuilder#joining}. Blocks until it has caught up with the metadata and votes;
     * the content it lacks follows in the background.
     *
     * @param node id and address as in {@link StoreBuilder#node}; the id was never used before
     * @throws IllegalArgumentException if it has another form, or the id or an address is a member's
     * @throws QuorumLostException if that did not happen within the store's timeout; it may still: see {@link #members}
     * @throws IllegalStateException if this is a single node
     */
    public void add(String node) {
        Member member = Node.parse(node).member();
        change("adding " + node, cluster -> cluster.add(member));
    }

    /**
     * Removes a node for good, dead or alive; its id must not be used again. Blocks until the others agreed.
     *
     * @param id a member's
     * @throws IllegalArgumentException if there is no such member, or it is the only one
     * @throws QuorumLostException if that did not happen within the store's timeout; it may still: see {@link #members}
     * @throws IllegalStateException if this is a single node
     */
    public void remove(String id) {
        change("removing " + id, cluster -> cluster.remove(id));
    }

    /**
     * Hands the lead to another node, for instance before this one is stopped; writes wait about one round trip.
     *
     * @param id a member's that is alive
     * @throws IllegalArgumentException if there is no such member
     * @throws QuorumLostException if that did not happen within the store's timeout
     * @throws IllegalStateException if this is a single node
     */
    public void lead(String id) {
        change("handing the lead to " + id, cluster -> cluster.lead(id));
    }

    /**
     * Compares this node's metadata with the other nodes', at places in the order that both have passed. A difference is told as
     * {@link StoreEvent.DivergenceDetected} too. The store does this by itself every minute.
     *
     * @return the nodes that differ, with the first revision found; empty if all that answered agree
     */
    public Map<String, Long> divergence() {
        if (membership == null) {
            return Map.of();
        }
        Map<String, Long> found = membership.divergent();
        found.forEach(events::divergence);
        return found;
    }

    private interface Change {
        void on(Membership membership) throws IOException;
    }

    private void change(String what, Change change) {
        if (membership == null) {
            throw new IllegalStateException("%s is a single node".formatted(self));
        }
        try {
            change.on(membership);
        } catch (IOException e) {
            throw new QuorumLostException(what + ": " + e.getMessage(), e);
        }
    }
}
