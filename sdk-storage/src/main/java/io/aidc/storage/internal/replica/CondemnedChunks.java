package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's chunks, some of which are condemned; see {@link NodeChunks}.
 *
 * <p>Thread-safe: puts and questions share a lock, condemning and sweeping hold it alone. So a put that has rescued a
 * chunk is over before it can be swept, or comes after and stores it again.
 */
public final class CondemnedChunks implements NodeChunks {
    private static final Logger LOG = LoggerFactory.getLogger(CondemnedChunks.class);
    private static final int SWEPT_AT_ONCE = 1_024;

    private final ChunkStore chunks;
    private final Executor background;
    private final AtomicBoolean compacting = new AtomicBoolean();
    private final Set<ChunkId> condemned = ConcurrentHashMap.newKeySet();
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long epoch; // written under the write lock

    /**
     * Wraps what is on this node's disk; nothing is condemned.
     *
     * @param background on it room is made after a sweep
     */
    public CondemnedChunks(ChunkStore chunks, Executor background) {
        this.chunks = chunks;
        this.background = background;
    }

    @Override
    public void condemn(long newEpoch, Collection<ChunkId> ids) {
        lock.writeLock().lock();
        try {
            if (newEpoch < epoch) {
                throw new IllegalArgumentException("epoch must be >= %d, got %d".formatted(epoch, newEpoch));
            }
            if (newEpoch > epoch) {
                condemned.clear();
                epoch = newEpoch;
            }
            condemned.addAll(ids);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Lets puts through between some thousand deletions. */
    @Override
    public long sweep(long exactEpoch, Collection<ChunkId> ids) throws IOException {
        List<ChunkId> all = List.copyOf(ids);
        long deleted = 0;
        for (int from = 0; from < all.size(); from += SWEPT_AT_ONCE) {
            deleted += sweepSome(exactEpoch, all.subList(from, Math.min(all.size(), from + SWEPT_AT_ONCE)));
        }
        if (compacting.compareAndSet(false, true)) {
            background.execute(this::compactQuietly);
        }
        return deleted;
    }

    /** Whoever collects does not wait for it: it can copy gigabytes. */
    private void compactQuietly() {
        compacting.set(false); // a sweep from here on wants another round
        try {
            chunks.compact();
        } catch (IOException e) {
            LOG.warn("Packs could not be compacted; the next collection tries again", e);
        }
    }

    private int sweepSome(long exactEpoch, List<ChunkId> ids) throws IOException {
        lock.writeLock().lock();
        try {
            if (exactEpoch != epoch) {
                return 0;
            }
            List<ChunkId> garbage = new ArrayList<>(ids);
            garbage.retainAll(condemned);
            chunks.delete(garbage);
            garbage.forEach(condemned::remove);
            return garbage.size();
        } finally {
            lock.writeLock().unlock();
        }
    }

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        lock.readLock().lock();
        try {
            Set<ChunkId> missing = new LinkedHashSet<>(chunks.missing(ids));
            for (ChunkId id : ids) {
                if (condemned.contains(id)) {
                    missing.add(id);
                }
            }
            return missing;
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        lock.readLock().lock();
        try {
            chunks.putAll(blobs);
            condemned.removeAll(blobs.keySet());
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        return chunks.get(id);
    }

    @Override
    public Map<ChunkId, Lookup> getAll(Collection<ChunkId> ids) throws IOException {
        return chunks.getAll(ids);
    }

    @Override
    public List<ChunkId> ids(@Nullable ChunkId after, int limit) throws IOException {
        return chunks.ids(after, limit);
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        chunks.delete(ids);
    }

    @Override
    public void compact() throws IOException {
        chunks.compact();
    }
}
