package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Brings this node what it lacks or holds damaged, from the other nodes, many chunks at a time.
 *
 * <p>Thread-safe if called on threads that are never interrupted.
 */
public final class AntiEntropy {
    private static final int ASKED_AT_ONCE = 1_024;

    private final ChunkStore local;
    private final Supplier<List<Replica>> peers;
    private final ReplicaEvents events;

    /**
     * What came of it.
     *
     * @param stored is here now, and was not
     * @param lost no node has an undamaged copy
     * @param unavailable a node that may have a copy did not answer
     */
    public record Fetched(Set<ChunkId> stored, Set<ChunkId> lost, Set<ChunkId> unavailable) {}

    /** @param peers the other nodes as of each call */
    public AntiEntropy(ChunkStore local, Supplier<List<Replica>> peers, ReplicaEvents events) {
        this.local = local;
        this.peers = peers;
        this.events = events;
    }

    /** Fetches those that this node lacks; does not look at content. */
    public Fetched fill(Collection<ChunkId> ids) throws IOException {
        return fetch(local.missing(ids));
    }

    /**
     * Fetches chunks whether or not this node has them.
     *
     * @throws IOException if this node cannot store them
     */
    public Fetched fetch(Collection<ChunkId> ids) throws IOException {
        Set<ChunkId> wanted = new LinkedHashSet<>(ids);
        Set<ChunkId> stored = new HashSet<>();
        boolean everyNodeAnswered = true;
        for (Replica peer : peers.get()) {
            if (wanted.isEmpty()) {
                break;
            }
            everyNodeAnswered &= fetchFrom(peer, wanted, stored);
        }
        return everyNodeAnswered ? new Fetched(stored, wanted, Set.of()) : new Fetched(stored, Set.of(), wanted);
    }

    /** Moves what a node gives from {@code wanted} to {@code stored}; false if it stopped answering. */
    private boolean fetchFrom(Replica peer, Set<ChunkId> wanted, Set<ChunkId> stored) throws IOException {
        List<ChunkId> left = new ArrayList<>(wanted);
        while (!left.isEmpty()) {
            Map<ChunkId, Lookup> answers;
            try {
                answers = peer.chunks().getAll(left.subList(0, Math.min(left.size(), ASKED_AT_ONCE)));
            } catch (IOException e) {
                events.unreachable(peer.node(), String.valueOf(e.getMessage()));
                return false;
            }
            Map<ChunkId, byte[]> good = good(peer, answers);
            local.putAll(good);
            good.keySet().forEach(id -> events.repaired(id, peer.node()));
            stored.addAll(good.keySet());
            wanted.removeAll(good.keySet());
            left.removeAll(answers.keySet());
        }
        return true;
    }

    private Map<ChunkId, byte[]> good(Replica peer, Map<ChunkId, Lookup> answers) {
        Map<ChunkId, byte[]> good = new LinkedHashMap<>();
        answers.forEach((id, lookup) -> {
            if (lookup instanceof Lookup.Found found) {
                good.put(id, found.content());
            } else if (lookup instanceof Lookup.Corrupt) {
                events.corrupt(peer.node(), id);
            }
        });
        return good;
    }
}
