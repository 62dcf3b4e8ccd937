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
    private final StoreOptions options;
    private final @Nullable Membership membership;
    private final ReplicationCheck replication;
    private final EventBus events;

    Cluster(StoreOptions options, @Nullable Membership membership, ReplicationCheck replication, EventBus events) {
        this.options = options;
        this.membership = membership;
        this.replication = replication;
        this.events = events;
    }

    /**
     * Lists the nodes as this node knows them.
     *
     * @return ids, sorted
     */
    public List<String> members() {
        return membership == null
                ? List.of(options.self().id())
                : membership.members().stream().map(Member::id).toList();
    }

    /**
     * Adds a node that was opened with {@link StoreBuilder#joining}. Blocks until it has caught up with the metadata and votes;
     * the content it lacks follows in the background.
     *
     * @param node id and address as in {@link StoreBuilder#node}; the id was never used before
     * @throws IllegalArgumentException if it has another form, the id or an address is a member's, or the address is not loopback
     *     and the network not trusted
     * @throws StorageIoException if its host is not known
     * @throws QuorumLostException if that did not happen within the store's timeout; it may still: see {@link #members}
     * @throws IllegalStateException if this is a single node
     */
    public void add(String node) {
        Node added = Node.parse(node);
        try {
            options.refuseUntrusted(added);
        } catch (IOException e) {
            throw Failures.of("adding " + node, e);
        }
        change("adding " + node, cluster -> cluster.add(added.member()));
    }

    /**
     * Removes a node for good, dead or alive; its id must not be used again. Looks first whether the other nodes have as many copies
     * of all content as there should be, by names of chunks, for which it reads all manifests, unless content is in an object store.
     * Blocks until the others agreed. The removed node can read and write no more; close it.
     *
     * @param id a member's
     * @throws IllegalArgumentException if there is no such member, or it is the only one
     * @throws UnderReplicatedException if content would be on too few nodes that answer; see {@link #removeWithContent}
     * @throws QuorumLostException if that did not happen within the store's timeout; it may still: see {@link #members}
     * @throws IllegalStateException if this is a single node
     */
    public void remove(String id) {
        change(
                "removing " + id,
                cluster -> cluster.remove(id, () -> {
                    if (options.content() == null) {
                        replication.refuseToRemove(id);
                    }
                }));
    }

    /**
     * Removes a node as {@link #remove} does, whether or not the others have enough copies. Versions that lose all copies of
     * content stay listed; {@link StoreBackup#heal} brings it back.
     *
     * @param id a member's
     * @throws IllegalArgumentException if there is no such member, or it is the only one
     * @throws QuorumLostException if that did not happen within the store's timeout; it may still: see {@link #members}
     * @throws IllegalStateException if this is a single node
     */
    public void removeWithContent(String id) {
        change("removing " + id, cluster -> cluster.remove(id, () -> {}));
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
            throw new IllegalStateException(
                    "%s is a single node".formatted(options.self().id()));
        }
        try {
            change.on(membership);
        } catch (IOException e) {
            throw new QuorumLostException(what + ": " + e.getMessage(), e);
        }
    }
}
