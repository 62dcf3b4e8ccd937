package io.aidc.storage.metadata;

import io.aidc.storage.internal.replica.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets commands that arrive while an entry is being written share the next one, and with it one flush.
 *
 * <p>A command whose time is over completes as {@link Outcome.Unanswered}, and is not sent if it was still waiting.
 *
 * <p>Thread-safe: one thread writes, named by its creator. The futures complete on two threads named {@code
 * aidc-storage-callback}, those of one entry in one go: handing over each by itself costs more than writing it.
 */
public final class GroupCommit implements AutoCloseable {
    private static final int MAX_WAITING_BYTES = 64 << 20;
    private static final int MIN_COST_BYTES = 4 << 10;
    private static final long POLL_MILLIS = 100;
    private static final long SWEEP_MILLIS = 50;
    private static final int CALLBACK_THREADS = 2;
    private static final int MAX_BATCH_BYTES = Command.MAX_BYTES;

    /** Writes one log entry. */
    public interface Writer {
        /**
         * Writes a batch and waits for its outcomes.
         *
         * @param batch at least one command
         * @param deadline {@link System#nanoTime()} at which to give up
         * @return outcomes in the order of the commands
         * @throws IOException if the disk failed
         */
        List<Outcome> write(List<Command> batch, long deadline) throws IOException;
    }

    private record Waiting(Command command, int bytes, long deadline, CompletableFuture<Outcome> outcome) {
        /** What the command takes of the memory for waiting commands. */
        int cost() {
            return Math.max(bytes, MIN_COST_BYTES);
        }

        boolean isExpired() {
            return System.nanoTime() - deadline >= 0;
        }

        boolean isUnansweredTooLong() {
            return !isWakeUp() && isExpired() && !outcome.isDone();
        }

        void giveUp() {
            outcome.complete(new Outcome.Unanswered());
        }

        boolean isWakeUp() {
            return bytes == 0;
        }
    }

    private static final Waiting WAKE_UP =
            new Waiting(new Command.Fence(new UUID(0, 0)), 0, 0, new CompletableFuture<>());

    private final Writer writer;
    private final Duration timeout;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final Semaphore space = new Semaphore(MAX_WAITING_BYTES, true);
    private final ExecutorService callbacks = Threads.pool("callback", CALLBACK_THREADS);
    private final ScheduledExecutorService sweeper = Threads.timer("deadline");
    private final Thread thread;
    private volatile List<Waiting> writing = List.of();
    private volatile boolean closed;

    /**
     * Starts the writing thread.
     *
     * @param threadName its name
     * @param timeout from submission to giving up
     * @param writer writes the entries
     */
    public GroupCommit(String threadName, Duration timeout, Writer writer) {
        this.writer = writer;
        this.timeout = timeout;
        thread = new Thread(this::run, threadName);
        thread.setDaemon(true);
        thread.start();
        startSweeping();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // runs until close
    private void startSweeping() {
        sweeper.scheduleWithFixedDelay(this::answerExpired, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A command whose time is over is answered even while the entry before it, or its own, is being written. */
    private void answerExpired() {
        List<Waiting> expired = new ArrayList<>();
        writing.stream().filter(Waiting::isUnansweredTooLong).forEach(expired::add);
        queue.stream().filter(Waiting::isUnansweredTooLong).forEach(expired::add);
        if (!expired.isEmpty()) {
            callbacks.execute(() -> expired.forEach(Waiting::giveUp));
        }
    }

    /**
     * Queues a command. Blocks, but not longer than the timeout, while 64 MiB are waiting; a command counts as 4 KiB or more.
     *
     * @param command at most {@link Command#MAX_BYTES} encoded
     * @return completes within the timeout
     * @throws IllegalArgumentException if the command is too large
     * @throws IllegalStateException after {@code close()}
     */
    public CompletableFuture<Outcome> submit(Command command) {
        int bytes = Batch.size(command);
        if (bytes > Command.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "command must have at most %d bytes, got %d".formatted(Command.MAX_BYTES, bytes));
        }
        var waiting = new Waiting(command, bytes, System.nanoTime() + timeout.toNanos(), new CompletableFuture<>());
        if (!awaitSpace(waiting)) {
            return CompletableFuture.completedFuture(new Outcome.Unanswered());
        }
        queue.add(waiting);
        if (closed && queue.remove(waiting)) {
            throw closed();
        }
        return waiting.outcome();
    }

    private boolean awaitSpace(Waiting waiting) {
        try {
            boolean acquired = false;
            while (!acquired) {
                if (closed) {
                    throw closed();
                }
                if (waiting.isExpired()) {
                    return false;
                }
                acquired = space.tryAcquire(waiting.cost(), POLL_MILLIS, TimeUnit.MILLISECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the command was queued; it has no effect", e);
        }
    }

    private void run() {
        List<Waiting> batch = new ArrayList<>();
        @Nullable Waiting left = null;
        while (!closed) {
            Waiting first = left == null ? take() : left;
            left = null;
            if (!first.isWakeUp()) {
                batch.add(first);
                left = fill(batch);
                write(batch);
                batch.clear();
            }
        }
        if (left != null) { // completing WAKE_UP is harmless: nobody waits for it
            left.giveUp();
        }
    }

    private Waiting take() {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // nobody but close() may end this thread, and it does so by WAKE_UP
            }
        }
    }

    /** Adds what waits and fits; returns the first that does not fit, or null. */
    private @Nullable Waiting fill(List<Waiting> batch) {
        int bytes = batch.get(0).bytes();
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            bytes += next.bytes();
            if (next.isWakeUp() || bytes > MAX_BATCH_BYTES) {
                return next;
            }
            batch.add(next);
        }
        return null;
    }

    private void write(List<Waiting> batch) {
        batch.forEach(waiting -> space.release(waiting.cost()));
        batch.removeIf(this::dropExpired);
        if (batch.isEmpty()) {
            return;
        }
        List<Waiting> entry = List.copyOf(batch);
        writing = entry;
        try {
            List<Outcome> outcomes = writer.write(
                    entry.stream().map(Waiting::command).toList(), entry.get(0).deadline());
            callbacks.execute(() -> answer(entry, outcomes));
        } catch (IOException | RuntimeException | Error e) {
            callbacks.execute(() -> entry.forEach(waiting -> waiting.outcome().completeExceptionally(e)));
        } finally {
            writing = List.of();
        }
    }

    private static void answer(List<Waiting> entry, List<Outcome> outcomes) {
        for (int i = 0; i < entry.size(); i++) {
            entry.get(i).outcome().complete(outcomes.get(i));
        }
    }

    private boolean dropExpired(Waiting waiting) {
        boolean expired = waiting.isExpired();
        if (expired) {
            callbacks.execute(waiting::giveUp);
        }
        return expired;
    }

    /**
     * Ends the thread after the entry being written; commands that wait complete as {@link Outcome.Unanswered}. A writer that does
     * not keep its deadline is left behind.
     */
    @Override
    public void close() {
        closed = true;
        queue.offer(WAKE_UP);
        boolean interrupted = false;
        long end = System.nanoTime() + 2 * timeout.toNanos();
        while (thread.isAlive() && !thread.equals(Thread.currentThread()) && System.nanoTime() - end < 0) {
            try {
                thread.join(POLL_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        writing.forEach(Waiting::giveUp);
        for (Waiting left = queue.poll(); left != null; left = queue.poll()) {
            left.giveUp();
        }
        Threads.finish(sweeper);
        Threads.finish(callbacks);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("the metadata log is closed");
    }
}
