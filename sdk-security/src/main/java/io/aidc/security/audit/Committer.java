package io.aidc.security.audit;

import io.aidc.security.UnwitnessedException;
import io.aidc.security.VaultIoException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects entries while the disk is busy, and commits all that wait at once, on one thread. The order of entries and their
 * times are settled under the lock. The first failure ends it: what waits and what comes later fails. <em>Thread-safe.</em>
 */
final class Committer implements AutoCloseable {
    static final int MAX_WAITING = 65_536;
    /** Of entries at once: all that may be submitted together join what waits, behind one that says the clock was put back. */
    static final int MAX_COMMIT = 2 * MAX_WAITING;

    static final long MAX_WAITING_BYTES = 64L * 1024 * 1024;

    private final Publication publication;
    private final BiFunction<Instant, Duration, byte[]> clockBack;
    private final LogTime time;
    private final Thread thread = new Thread(this::run, "aidc-security-audit");

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition room = lock.newCondition();
    private Deque<Group> waiting = new ArrayDeque<>();
    private long waitingEntries;
    private long waitingBytes;
    private boolean closed;
    private @Nullable Throwable failure;

    /** What was submitted together, and gets neighbouring indices. */
    private record Group(List<byte[]> entries, CompletableFuture<Long> first) {}

    /**
     * Makes a committer that is yet to be started.
     *
     * @param clockBack makes the entry which says that the clock was put back, at what time and by how much
     */
    Committer(Publication publication, LogTime time, BiFunction<Instant, Duration, byte[]> clockBack) {
        this.publication = publication;
        this.time = time;
        this.clockBack = clockBack;
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits for room, and submits entries.
     *
     * @param bytes how long they are together
     * @param at gives them their bytes, once their time is known
     * @return the index of the first, once all are durable
     */
    CompletableFuture<Long> submit(long bytes, Function<Instant, List<byte[]>> at) {
        requireOtherThread();
        lock.lock();
        try {
            requireRunning();
            while (waitingEntries > 0 && (waitingEntries >= MAX_WAITING || waitingBytes + bytes > MAX_WAITING_BYTES)) {
                room.awaitUninterruptibly();
                requireRunning();
            }
            LogTime.Reading now = time.now();
            if (now.behind().isPresent()) {
                add(List.of(clockBack.apply(now.time(), now.behind().get())), new CompletableFuture<>());
            }
            CompletableFuture<Long> first = new CompletableFuture<>();
            add(at.apply(now.time()), first);
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void add(List<byte[]> entries, CompletableFuture<Long> first) {
        waiting.add(new Group(entries, first));
        waitingEntries += entries.size();
        waitingBytes += entries.stream().mapToLong(entry -> entry.length).sum();
        work.signal();
    }

    private void requireOtherThread() {
        if (Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the log's own thread must not record or close: it would wait for itself");
        }
    }

    private void requireRunning() {
        if (failure != null) {
            throw stopped(failure);
        }
        if (closed) {
            throw new IllegalStateException("this audit log is closed");
        }
    }

    @SuppressWarnings(
            "IllegalCatch") // an append that ends in any other way than well may have left half of it on the disk
    private void run() {
        List<Group> batch = List.of();
        try {
            for (batch = take(); !batch.isEmpty(); batch = take()) {
                commit(batch);
            }
        } catch (Throwable e) {
            stop(batch, e);
        }
    }

    private List<Group> take() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            List<Group> batch = new ArrayList<>(waiting);
            waiting = new ArrayDeque<>();
            waitingEntries = 0;
            waitingBytes = 0;
            room.signalAll();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<Group> batch) throws IOException {
        List<byte[]> entries = new ArrayList<>();
        batch.forEach(group -> entries.addAll(group.entries()));
        long first = publication.latest().size();
        Thread.interrupted(); // a callback may have left it set, and it would close the files that are written
        Optional<Supplier<UnwitnessedException>> unwitnessed = publication.append(entries);
        for (Group group : batch) {
            long index = first;
            unwitnessed.ifPresentOrElse(
                    e -> group.first().completeExceptionally(e.get()),
                    () -> group.first().complete(index));
            first += group.entries().size();
        }
    }

    private void stop(List<Group> batch, Throwable cause) {
        List<Group> lost = new ArrayList<>(batch);
        lock.lock();
        try {
            failure = cause;
            lost.addAll(waiting);
            waiting.clear();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        lost.forEach(group -> group.first().completeExceptionally(stopped(cause)));
    }

    private static RuntimeException stopped(Throwable cause) {
        String message = "The audit log could not be written and takes no more until it is opened again";
        return cause instanceof IOException io
                ? new VaultIoException(message, io)
                : new IllegalStateException(message, cause);
    }

    /** Commits what waits, and ends the thread, which cannot end itself. Closing twice is harmless. */
    @Override
    public void close() {
        requireOtherThread();
        lock.lock();
        try {
            closed = true;
            work.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
