package io.aidc.storage.internal.replica;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore.Lookup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads chunks: memory, then this node's disk, then the others, each copy checked.
 *
 * <p>A chunk that this node lacks or holds damaged is written again from the first good copy, in the background, unless
 * 64 MiB wait for that already: a later read, or {@link AntiEntropy}, brings it then. Two
 * threads that want the same chunk load it once. Nodes that failed lately are asked last.
 *
 * <p>Thread-safe: the cache and concurrent maps.
 */
public final class ChunkReader {
    private static final long MAX_REPAIR_BYTES = 64L << 20;

    private final Replica local;
    private final Supplier<List<Replica>> peers;
    private final ReplicaEvents events;
    private final @Nullable DiskTier disk;
    private final Cache<ChunkId, byte[]> cache;
    private final Map<ChunkId, CompletableFuture<byte[]>> loading = new ConcurrentHashMap<>();
    private final AtomicLong repairBytes = new AtomicLong();
    private final Map<String, Long> lastFailure = new ConcurrentHashMap<>();

    /**
     * Reads from the local replica first, then from the others as of that moment; keeps up to {@code cacheBytes} of
     * content in memory, and more on {@code disk} if the local replica is not on this node's own disk.
     */
    public ChunkReader(
            Replica local,
            Supplier<List<Replica>> peers,
            long cacheBytes,
            @Nullable DiskTier disk,
            ReplicaEvents events) {
        this.local = local;
        this.peers = peers;
        this.disk = disk;
        this.events = events;
        cache = Caffeine.newBuilder()
                .executor(Runnable::run)
                .maximumWeight(cacheBytes)
                .weigher((ChunkId id, byte[] content) -> content.length)
                .build();
    }

    /** Returns a chunk's content; the array is shared and must not be modified. */
    public byte[] read(ChunkId id) throws IOException {
        byte[] cached = cache.getIfPresent(id);
        if (cached != null) {
            return cached;
        }
        var mine = new CompletableFuture<byte[]>();
        CompletableFuture<byte[]> others = loading.putIfAbsent(id, mine);
        if (others != null) {
            return join(others);
        }
        try {
            byte[] content = disk == null ? load(id) : load(id, disk);
            cache.put(id, content);
            mine.complete(content);
            return content;
        } catch (IOException | RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            loading.remove(id, mine);
        }
    }

    private static byte[] join(CompletableFuture<byte[]> others) throws IOException {
        try {
            return others.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ChunkUnavailableException unavailable) {
                throw unavailable;
            }
            throw new IOException("another thread's read failed: " + e.getMessage(), e);
        }
    }

    private byte[] load(ChunkId id, DiskTier tier) throws IOException {
        byte[] kept = tier.get(id);
        if (kept != null) {
            return kept;
        }
        byte[] content = load(id);
        tier.put(id, content);
        return content;
    }

    private byte[] load(ChunkId id) throws IOException {
        List<String> answers = new ArrayList<>();
        Lookup here = lookUp(local, id, answers);
        if (here instanceof Lookup.Found found) {
            return found.content();
        }
        boolean everyNodeAnswered = here != null;
        for (Replica peer : inOrderOfHealth()) {
            Lookup there = lookUp(peer, id, answers);
            everyNodeAnswered &= there != null;
            if (there instanceof Lookup.Found found) {
                repair(id, found.content(), peer.node());
                return found.content();
            }
        }
        throw new ChunkUnavailableException(id, everyNodeAnswered, String.join(", ", answers));
    }

    private @Nullable Lookup lookUp(Replica replica, ChunkId id, List<String> answers) {
        try {
            Lookup lookup = replica.chunks().get(id);
            if (lookup instanceof Lookup.Corrupt) {
                events.corrupt(replica.node(), id);
            }
            answers.add(replica.node() + ": " + lookup.getClass().getSimpleName());
            return lookup;
        } catch (IOException e) {
            lastFailure.put(replica.node(), System.nanoTime());
            events.unreachable(replica.node(), String.valueOf(e.getMessage()));
            answers.add(replica.node() + ": " + e.getMessage());
            return null;
        }
    }

    private List<Replica> inOrderOfHealth() {
        return peers.get().stream()
                .sorted(Comparator.comparing(peer -> lastFailure.getOrDefault(peer.node(), Long.MIN_VALUE)))
                .toList();
    }

    private void repair(ChunkId id, byte[] content, String from) {
        if (repairBytes.addAndGet(content.length) > MAX_REPAIR_BYTES) {
            repairBytes.addAndGet(-content.length);
            return;
        }
        try {
            local.writer().execute(() -> {
                try {
                    local.chunks().put(id, content);
                    events.repaired(id, from);
                } catch (IOException e) {
                    events.unreachable(local.node(), "repair of %s failed: %s".formatted(id, e.getMessage()));
                } finally {
                    repairBytes.addAndGet(-content.length);
                }
            });
        } catch (RejectedExecutionException e) {
            // the store is being closed: the next read repairs
        }
    }
}
