package io.aidc.storage.internal.replica;

import io.aidc.storage.chunk.ChunkId;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Writes the chunks of one version to all nodes and goes on as soon as enough of them have each part.
 *
 * <p>Chunks are collected into parts of some megabytes. A node is asked first which chunks of a part it lacks, and
 * gets those in one go. A node that
 * fails, or falls four parts behind, is left out of the rest of this upload.
 *
 * <p>Confined: one thread at a time.
 */
public final class Upload {
    private static final int PART_BYTES = 8 << 20;
    private static final int MAX_BEHIND = 4;
    private static final int MAX_UNDER_WAY = 3;

    private final List<Replica> replicas;
    private final int copies;
    private final Duration timeout;
    private final ReplicaEvents events;
    private final CompletableFuture<?> cancelled;
    private final Map<ChunkId, byte[]> part = new LinkedHashMap<>();
    private final Set<String> failed = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> behind = new ConcurrentHashMap<>();
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private int partBytes;
    private long addedBytes;
    private long storedBytes;

    /** A part that was sent, and how many bytes had been added by then. */
    private record Sent(Quorum quorum, long addedBytes) {}

    /**
     * Starts an upload.
     *
     * @param copies how many nodes must store each chunk
     * @param timeout for one part
     * @param cancelled ends a wait early when it completes
     */
    public Upload(
            List<Replica> replicas,
            int copies,
            Duration timeout,
            ReplicaEvents events,
            CompletableFuture<?> cancelled) {
        this.replicas = replicas;
        this.copies = copies;
        this.timeout = timeout;
        this.events = events;
        this.cancelled = cancelled;
    }

    /** Adds a chunk; blocks while three parts are under way until enough nodes have the oldest. */
    public void add(ChunkId id, byte[] content) throws IOException {
        addedBytes += content.length;
        if (part.put(id, content) == null) {
            partBytes += content.length;
        }
        if (partBytes >= PART_BYTES) {
            sendPart();
            while (underWay.size() >= MAX_UNDER_WAY) {
                awaitOldest();
            }
        }
    }

    /** Blocks until enough nodes have every chunk added so far. */
    public void flush() throws IOException {
        if (!part.isEmpty()) {
            sendPart();
        }
        while (!underWay.isEmpty()) {
            awaitOldest();
        }
    }

    private void sendPart() {
        Map<ChunkId, byte[]> content = Map.copyOf(part);
        part.clear();
        partBytes = 0;
        var quorum = new Quorum(copies, replicas.size());
        for (Replica replica : replicas) {
            send(replica, content, quorum);
        }
        underWay.add(new Sent(quorum, addedBytes));
    }

    private void awaitOldest() throws IOException {
        Sent oldest = underWay.remove();
        await(oldest.quorum());
        storedBytes = oldest.addedBytes();
    }

    /** Returns how many of the bytes added so far enough nodes have. */
    public long storedBytes() {
        for (Sent oldest = underWay.peek(); oldest != null && oldest.quorum().isReached(); oldest = underWay.peek()) {
            underWay.remove();
            storedBytes = oldest.addedBytes();
        }
        return storedBytes;
    }

    private void send(Replica replica, Map<ChunkId, byte[]> content, Quorum quorum) {
        AtomicInteger waiting = behind.computeIfAbsent(replica.node(), node -> new AtomicInteger());
        if (failed.contains(replica.node())) {
            quorum.failed();
            return;
        }
        if (waiting.get() >= MAX_BEHIND) {
            giveUpOn(replica, new IOException("fell " + MAX_BEHIND + " parts behind"));
            quorum.failed();
            return;
        }
        waiting.incrementAndGet();
        try {
            replica.writer().execute(() -> {
                store(replica, content, quorum);
                waiting.decrementAndGet();
            });
        } catch (RejectedExecutionException e) {
            quorum.failed(); // the store is being closed; await() ends by that
        }
    }

    private void store(Replica replica, Map<ChunkId, byte[]> content, Quorum quorum) {
        if (failed.contains(replica.node()) || cancelled.isDone()) {
            quorum.failed();
            return;
        }
        try {
            Map<ChunkId, byte[]> lacking = new LinkedHashMap<>(content);
            lacking.keySet().retainAll(replica.chunks().missing(content.keySet()));
            if (!lacking.isEmpty()) {
                replica.chunks().putAll(lacking);
            }
            quorum.succeeded();
        } catch (IOException | RuntimeException e) {
            giveUpOn(replica, e);
            quorum.failed(e);
        }
    }

    private void giveUpOn(Replica replica, Exception reason) {
        if (failed.add(replica.node())) {
            events.unreachable(replica.node(), String.valueOf(reason.getMessage()));
        }
    }

    private void await(Quorum quorum) throws IOException {
        try {
            CompletableFuture.anyOf(quorum.decided, cancelled).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw quorum.tooFew(e);
        } catch (ExecutionException e) {
            throw quorum.tooFew(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for copies");
        }
        if (!quorum.isReached()) {
            throw quorum.tooFew(null);
        }
    }

    /** Counts who has a part and who will not have it. */
    private static final class Quorum {
        private final CompletableFuture<Boolean> decided = new CompletableFuture<>();
        private final int needed;
        private final int nodes;
        private final List<Throwable> reasons = new ArrayList<>();
        private int stored;
        private int lost;

        Quorum(int needed, int nodes) {
            this.needed = needed;
            this.nodes = nodes;
        }

        synchronized void succeeded() {
            stored++;
            decide();
        }

        synchronized void failed(Throwable reason) {
            reasons.add(reason);
            failed();
        }

        synchronized void failed() {
            lost++;
            decide();
        }

        private void decide() {
            if (stored >= needed) {
                decided.complete(true);
            } else if (nodes - lost < needed) {
                decided.complete(false);
            }
        }

        synchronized boolean isReached() {
            return stored >= needed;
        }

        /** A single node's failure speaks for itself; of several, all are told. */
        synchronized IOException tooFew(@Nullable Throwable cause) {
            if (nodes == 1 && reasons.size() == 1 && reasons.get(0) instanceof IOException only) {
                return only;
            }
            var exception = new TooFewCopiesException(needed, stored, nodes, reasons);
            if (cause != null) {
                exception.initCause(cause);
            }
            return exception;
        }
    }
}
