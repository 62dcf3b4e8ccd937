package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import io.aidc.storage.internal.pack.ChunkStore;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Chunks in memory, which can be made to fail or to wait. */
public final class MemoryChunks implements ChunkStore {
    public final Map<ChunkId, byte[]> content = new ConcurrentHashMap<>();
    final AtomicInteger puts = new AtomicInteger();
    final AtomicInteger batches = new AtomicInteger();
    final AtomicInteger gets = new AtomicInteger();
    final AtomicInteger waiting = new AtomicInteger();
    public volatile boolean down;
    volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public Set<ChunkId> missing(Collection<ChunkId> ids) throws IOException {
        pass();
        return ids.stream().filter(id -> !content.containsKey(id)).collect(Collectors.toSet());
    }

    @Override
    public void putAll(Map<ChunkId, byte[]> blobs) throws IOException {
        pass();
        batches.incrementAndGet();
        puts.addAndGet(blobs.size());
        content.putAll(blobs);
    }

    @Override
    public java.util.List<ChunkId> ids(@org.jspecify.annotations.Nullable ChunkId after, int limit) throws IOException {
        pass();
        return content.keySet().stream()
                .sorted()
                .filter(id -> after == null || id.compareTo(after) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public void delete(Collection<ChunkId> ids) throws IOException {
        pass();
        content.keySet().removeAll(ids);
    }

    @Override
    public Lookup get(ChunkId id) throws IOException {
        gets.incrementAndGet();
        pass();
        byte[] bytes = content.get(id);
        if (bytes == null) {
            return new Lookup.Missing();
        }
        return id.matches(bytes) ? new Lookup.Found(bytes) : new Lookup.Corrupt("test");
    }

    private void pass() throws IOException {
        waiting.incrementAndGet();
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        } finally {
            waiting.decrementAndGet();
        }
        if (down) {
            throw new IOException("down");
        }
    }
}
