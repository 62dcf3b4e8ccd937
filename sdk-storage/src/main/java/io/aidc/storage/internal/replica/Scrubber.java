package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads this node's chunks and replaces what is damaged or missing.
 *
 * <p>Thread-safe if called on threads that are never interrupted.
 */
public final class Scrubber {
    private static final int REPAIRED_AT_ONCE = 64;

    private final String node;
    private final ChunkStore local;
    private final AntiEntropy peers;
    private final ReplicaEvents events;

    /**
     * A part of a pass.
     *
     * @param last the last chunk looked at, or null if there was none left
     * @param chunks how many were looked at
     * @param bytes that were read and found good
     * @param repaired those that were damaged or missing and are good again
     * @param lost those that no node has
     * @param unavailable those that a node which does not answer may have
     */
    public record Slice(
            @Nullable ChunkId last,
            int chunks,
            long bytes,
            Set<ChunkId> repaired,
            Set<ChunkId> lost,
            Set<ChunkId> unavailable) {}

    /** Scrubs what is on {@code node}, this one. */
    public Scrubber(String node, ChunkStore local, AntiEntropy peers, ReplicaEvents events) {
        this.node = node;
        this.local = local;
        this.peers = peers;
        this.events = events;
    }

    /**
     * Goes on behind {@code after} until some bytes were read.
     *
     * @param wanted what this node should have
     * @param after where the slice before ended, or null
     * @param bytes after how many the slice ends, &gt; 0; it reads one chunk at least
     */
    public Slice slice(NavigableSet<ChunkId> wanted, @Nullable ChunkId after, long bytes) throws IOException {
        List<ChunkId> bad = new ArrayList<>();
        ChunkId last = null;
        long read = 0;
        int chunks = 0;
        for (ChunkId id : after == null ? wanted : wanted.tailSet(after, false)) {
            last = id;
            chunks++;
            Lookup lookup = local.get(id);
            if (lookup instanceof Lookup.Found found) {
                read += found.content().length;
            } else {
                bad.add(id);
            }
            if (lookup instanceof Lookup.Corrupt) {
                events.corrupt(node, id);
            }
            if (read >= bytes || bad.size() == REPAIRED_AT_ONCE) {
                break;
            }
        }
        AntiEntropy.Fetched fetched = peers.fetch(bad);
        return new Slice(last, chunks, read, fetched.stored(), fetched.lost(), fetched.unavailable());
    }
}
