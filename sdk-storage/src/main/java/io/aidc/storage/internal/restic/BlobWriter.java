package io.aidc.storage.internal.restic;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hashes, seals, packs and stores blobs on several threads; a blob that is known is not stored again.
 *
 * <p>An index file is written after every 16 packs, so that a later run finds what an interrupted one stored.
 *
 * <p>Confined: one thread adds; the work is done by the executor.
 */
public final class BlobWriter {
    private static final int PACKS_PER_INDEX = 16;

    private final Repository repository;
    private final Known known;
    private final RepositoryLock lock;
    private final Executor workers;
    private final int inFlight;
    private final Semaphore permits;
    private final Map<BlobType, Set<ChunkId>> added = new EnumMap<>(BlobType.class);
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong addedBytes = new AtomicLong();
    private final AtomicLong storedBytes = new AtomicLong();
    private final Object packing = new Object();
    private final Map<BlobType, PackBuilder> open = new EnumMap<>(BlobType.class); // guarded by packing
    private List<Pack> unindexed = new ArrayList<>(); // guarded by packing
    private final List<Pack> stored = new ArrayList<>(); // guarded by packing

    /** Says which blobs need not be stored; asked by several threads. */
    public interface Known {
        boolean contains(BlobType type, ChunkId id) throws IOException;
    }

    /**
     * @param lock is kept while packs are stored
     * @param inFlight how many blobs may be in memory, apart from the packs
     */
    public BlobWriter(Repository repository, Known known, RepositoryLock lock, Executor workers, int inFlight) {
        this.repository = repository;
        this.known = known;
        this.lock = lock;
        this.workers = workers;
        this.inFlight = inFlight;
        this.permits = new Semaphore(inFlight);
        for (BlobType type : BlobType.values()) {
            added.put(type, ConcurrentHashMap.newKeySet());
        }
    }

    /**
     * Adds a blob; blocks while too many are in flight.
     *
     * @param content must not change any more
     * @return its id, once it is known; the blob is durable after {@link #finish()}
     * @throws IOException if an earlier blob could not be stored
     */
    public CompletableFuture<ChunkId> add(BlobType type, byte[] content) throws IOException {
        acquire(1);
        var id = new CompletableFuture<ChunkId>();
        workers.execute(() -> {
            try {
                store(type, content, id);
            } catch (IOException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
                id.completeExceptionally(e);
            } finally {
                permits.release();
            }
        });
        return id;
    }

    /** Waits for all blobs, stores the packs that are not full, then the index; returns all packs. */
    public List<Pack> finish() throws IOException {
        acquire(inFlight);
        for (BlobType type : BlobType.values()) {
            PackBuilder last = take(type);
            if (!last.isEmpty()) {
                store(last);
            }
        }
        lock.confirm();
        writeIndex(1);
        synchronized (packing) {
            return List.copyOf(stored);
        }
    }

    /** Plain bytes of the blobs that were not known. */
    public long addedBytes() {
        return addedBytes.get();
    }

    /** Bytes of the packs stored. */
    public long storedBytes() {
        return storedBytes.get();
    }

    private void acquire(int count) throws IOException {
        try {
            permits.acquire(count);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while storing blobs");
        }
        Throwable first = failure.get();
        if (first != null) {
            permits.release(count);
            throw new IOException("a blob could not be stored: " + first.getMessage(), first);
        }
    }

    private void store(BlobType type, byte[] content, CompletableFuture<ChunkId> result) throws IOException {
        if (failure.get() != null) {
            throw new IOException("an earlier blob could not be stored");
        }
        ChunkId id = ChunkId.of(content);
        if (!known.contains(type, id) && added.getOrDefault(type, Set.of()).add(id)) {
            addedBytes.addAndGet(content.length);
            Repository.SealedBlob sealed = repository.encode(id, content);
            PackBuilder full = pack(type, id, sealed);
            if (full != null) {
                store(full);
            }
        }
        result.complete(id);
    }

    private @Nullable PackBuilder pack(BlobType type, ChunkId id, Repository.SealedBlob sealed) {
        synchronized (packing) {
            PackBuilder builder = builder(type);
            builder.add(id, sealed.bytes(), sealed.uncompressedLength());
            return builder.isFull() ? take(type) : null;
        }
    }

    private PackBuilder builder(BlobType type) {
        return open.computeIfAbsent(type, this::fresh);
    }

    private PackBuilder fresh(BlobType type) {
        return new PackBuilder(type, repository.settings().packBytes());
    }

    private PackBuilder take(BlobType type) {
        synchronized (packing) {
            PackBuilder taken = builder(type);
            open.remove(type);
            return taken;
        }
    }

    private void store(PackBuilder builder) throws IOException {
        PackBuilder.Finished finished = builder.finish(repository.key());
        lock.keep();
        repository.savePack(finished);
        storedBytes.addAndGet(finished.content().length);
        synchronized (packing) {
            unindexed.add(finished.pack());
            stored.add(finished.pack());
        }
        writeIndex(PACKS_PER_INDEX);
    }

    private void writeIndex(int fromPacks) throws IOException {
        List<Pack> packs;
        synchronized (packing) {
            if (unindexed.size() < fromPacks) {
                return;
            }
            packs = unindexed;
            unindexed = new ArrayList<>();
        }
        repository.saveIndex(packs, List.of());
    }
}
