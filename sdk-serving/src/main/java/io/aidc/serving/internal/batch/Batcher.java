package io.aidc.serving.internal.batch;

import io.aidc.serving.Answer.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts requests that arrive while others run into one run, and never delays one to wait for company.
 *
 * <p>There are a few places to run in. A caller who finds one free runs at once, on its own thread, alone. Callers who
 * find none wait in a bounded line; when a run ends, a thread of the batcher takes its place and runs everything in line
 * that fits together, oldest first, until the line is empty. So a caller runs its own request and nobody else's.
 *
 * <p>A run that fails is tried again in two halves, and a half that fails again one request at a time: only the
 * requests that fail alone fail, at a cost of at most {@code size + 2} further runs. After an {@link Error} nothing is tried
 * again.
 *
 * <p>A future completed by the batcher's thread runs its dependent stages there, and the next run waits for them: do
 * long work with the {@code …Async} methods, and never wait in such a stage for another answer of the same batcher.
 *
 * <p>Thread-safe: any thread may submit and close.
 *
 * @param <Q> a request
 * @param <A> an answer
 */
public final class Batcher<Q, A> implements AutoCloseable {
    /** The time of a run that failed: it, or its further runs, tell nothing about the next. */
    private static final long FAILED = -1;

    private final Function<List<Q>, List<A>> run;
    private final ToIntFunction<Q> rowsOf;
    private final Function<Q, Object> shapeOf;
    private final BiFunction<Reason, Duration, A> refusal;
    private final BiConsumer<? super @Nullable A, ? super @Nullable Throwable> ended;
    private final LongSupplier nanoTime;
    private final int lineBound;
    private final int places;
    private final long deadlineNanos;
    private final List<Thread> threads = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    /** A place was handed over, or the batcher closes. */
    private final Condition work = lock.newCondition();
    /** A place became free. */
    private final Condition idle = lock.newCondition();

    // the rest is guarded by the lock; a place is free only while nobody waits
    private final WaitingLine<Q, A> line = new WaitingLine<>();
    private final BatchLimit limit;
    private int freePlaces;
    private int handedOver;
    private long runNanos;
    private boolean closed;

    private Batcher(Builder<Q, A> options) {
        run = options.run;
        rowsOf = options.rowsOf;
        shapeOf = options.shapeOf;
        refusal = options.refusal;
        ended = options.ended;
        nanoTime = options.nanoTime;
        lineBound = options.lineBound;
        places = options.places;
        freePlaces = options.places;
        deadlineNanos = options.deadlineNanos;
        limit = new BatchLimit(options.rows, options.targetNanos);
        for (int i = 0; i < places; i++) {
            Thread thread = new Thread(this::serve, "aidc-serving-batch-" + i);
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    /**
     * Starts to configure a batcher.
     *
     * @param <Q> a request
     * @param <A> an answer
     * @param run answers one or more requests of one shape, in order; called by several threads at once
     * @param refusal makes the answer for a request that is not run, from the reason and when to retry
     * @return options
     */
    public static <Q, A> Builder<Q, A> of(Function<List<Q>, List<A>> run, BiFunction<Reason, Duration, A> refusal) {
        return new Builder<>(run, refusal);
    }

    /**
     * Has a request answered.
     *
     * @param request what {@code run} understands
     * @return complete already if a place was free; cancelling it keeps a waiting request from running
     * @throws IllegalStateException if the batcher is closed
     */
    public CompletableFuture<A> submit(Q request) {
        Waiting<Q, A> waiting = new Waiting<>(
                request, shapeOf.apply(request), Math.max(1, rowsOf.applyAsInt(request)), nanoTime.getAsLong());
        Duration retryAfter;
        boolean placed;
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the batcher is closed");
            }
            placed = freePlaces > 0;
            if (placed) {
                freePlaces--;
            } else if (line.size() < lineBound) {
                line.add(waiting);
                return waiting.answer;
            }
            retryAfter = retryAfter();
        } finally {
            lock.unlock();
        }
        if (!placed) {
            refuse(waiting, Reason.QUEUE_FULL, retryAfter);
            return waiting.answer;
        }
        List<Waiting<Q, A>> alone = List.of(waiting);
        long nanos = FAILED;
        try {
            nanos = run(alone);
        } finally {
            leavePlace(waiting.rows, nanos);
        }
        waiting.finish(ended);
        return waiting.answer;
    }

    /**
     * Refuses new requests, answers those that wait, and ends the threads. A second call waits as well.
     *
     * @throws IllegalStateException if called by a dependent stage on a thread of this batcher, which cannot wait for
     *     itself
     */
    @Override
    public void close() {
        if (threads.contains(Thread.currentThread())) {
            throw new IllegalStateException(
                    "close() must not be called by a stage that runs on %s, use one of the Async methods"
                            .formatted(Thread.currentThread().getName()));
        }
        lock.lock();
        try {
            closed = true;
            while (!line.isEmpty() || freePlaces < places) {
                idle.awaitUninterruptibly();
            }
            work.signalAll();
        } finally {
            lock.unlock();
        }
        threads.forEach(Batcher::join);
    }

    /** What a thread of the batcher does: waits for a place, then runs until the line is empty. */
    private void serve() {
        while (awaitPlace()) {
            for (List<Waiting<Q, A>> batch = nextBatch(); !batch.isEmpty(); batch = nextBatch()) {
                answer(batch);
            }
        }
    }

    private void answer(List<Waiting<Q, A>> batch) {
        try {
            List<Waiting<Q, A>> timely = withoutLate(batch);
            if (!timely.isEmpty()) {
                note(rows(timely), run(timely));
            }
            timely.forEach(waiting -> waiting.finish(ended));
        } catch (Throwable e) {
            // the thread must live on to give its place back
            for (Waiting<Q, A> waiting : batch) {
                if (!waiting.answer.isDone()) {
                    waiting.failed(e);
                    waiting.finish(ended);
                }
            }
        }
    }

    private boolean awaitPlace() {
        lock.lock();
        try {
            while (handedOver == 0) {
                if (closed && line.isEmpty()) {
                    return false;
                }
                work.awaitUninterruptibly();
            }
            handedOver--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the next requests to run together, or none and gives the place back. */
    private List<Waiting<Q, A>> nextBatch() {
        lock.lock();
        try {
            if (line.isEmpty()) {
                freePlaces++;
                idle.signalAll();
                return List.of();
            }
            return line.take(limit.rows());
        } finally {
            lock.unlock();
        }
    }

    private void leavePlace(int ranRows, long nanos) {
        lock.lock();
        try {
            noteUnderLock(ranRows, nanos);
            if (line.isEmpty()) {
                freePlaces++;
                idle.signalAll();
            } else {
                handedOver++;
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Refuses those that waited too long and drops those whose callers gave up. */
    private List<Waiting<Q, A>> withoutLate(List<Waiting<Q, A>> batch) {
        long now = nanoTime.getAsLong();
        List<Waiting<Q, A>> timely = new ArrayList<>(batch.size());
        for (Waiting<Q, A> waiting : batch) {
            if (now - waiting.sinceNanos > deadlineNanos) {
                refuse(waiting, Reason.DEADLINE, currentRetryAfter());
            } else if (waiting.answer.isDone()) {
                waiting.failed(new CancellationException());
                waiting.finish(ended);
            } else {
                timely.add(waiting);
            }
        }
        return timely;
    }

    private void refuse(Waiting<Q, A> waiting, Reason reason, Duration retryAfter) {
        waiting.succeeded(refusal.apply(reason, retryAfter));
        waiting.finish(ended);
    }

    private long run(List<Waiting<Q, A>> batch) {
        long from = nanoTime.getAsLong();
        boolean whole = run(batch, 2);
        return whole ? nanoTime.getAsLong() - from : FAILED;
    }

    /** Runs a batch, in parts if it fails as a whole; tells whether it did not fail. */
    private boolean run(List<Waiting<Q, A>> batch, int partsOnFailure) {
        try {
            List<Q> requests = new ArrayList<>(batch.size());
            batch.forEach(waiting -> requests.add(waiting.request));
            List<A> answers = run.apply(requests);
            if (answers.size() != batch.size()) {
                throw new IllegalStateException("a run of %d requests must give as many answers, got %d"
                        .formatted(batch.size(), answers.size()));
            }
            for (int i = 0; i < batch.size(); i++) {
                batch.get(i).succeeded(answers.get(i));
            }
            return true;
        } catch (Throwable e) {
            // also a checked exception that was thrown unchecked
            if (batch.size() == 1 || e instanceof Error) {
                batch.forEach(waiting -> waiting.failed(e));
                return false;
            }
            int size = (batch.size() + partsOnFailure - 1) / partsOnFailure;
            for (int from = 0; from < batch.size(); from += size) {
                run(batch.subList(from, Math.min(from + size, batch.size())), batch.size());
            }
            return false;
        }
    }

    private void note(int ranRows, long nanos) {
        lock.lock();
        try {
            noteUnderLock(ranRows, nanos);
        } finally {
            lock.unlock();
        }
    }

    private void noteUnderLock(int ranRows, long nanos) {
        if (nanos == FAILED) {
            return;
        }
        limit.ran(ranRows, nanos);
        runNanos = runNanos == 0 ? nanos : runNanos + (nanos - runNanos) / 8;
    }

    private Duration currentRetryAfter() {
        lock.lock();
        try {
            return retryAfter();
        } finally {
            lock.unlock();
        }
    }

    /** The runs it takes to empty the line, at the pace of the last ones. */
    private Duration retryAfter() {
        long runs = 1 + line.size() / ((long) limit.rows() * places);
        return Duration.ofNanos(Math.max(1_000_000, runs * runNanos));
    }

    private static <Q, A> int rows(List<Waiting<Q, A>> batch) {
        return batch.stream().mapToInt(waiting -> waiting.rows).sum();
    }

    private static void join(Thread thread) {
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

    /**
     * Options of a batcher. Not thread-safe.
     *
     * @param <Q> a request
     * @param <A> an answer
     */
    public static final class Builder<Q, A> {
        private final Function<List<Q>, List<A>> run;
        private final BiFunction<Reason, Duration, A> refusal;
        private ToIntFunction<Q> rowsOf = request -> 1;
        private Function<Q, Object> shapeOf = request -> "";
        private BiConsumer<? super @Nullable A, ? super @Nullable Throwable> ended = (answer, failure) -> {};
        private LongSupplier nanoTime = System::nanoTime;
        private int rows = 1;
        private long targetNanos = Long.MAX_VALUE;
        private int lineBound = 1024;
        private int places = 1;
        private long deadlineNanos = Long.MAX_VALUE;

        private Builder(Function<List<Q>, List<A>> run, BiFunction<Reason, Duration, A> refusal) {
            this.run = Objects.requireNonNull(run, "run");
            this.refusal = Objects.requireNonNull(refusal, "refusal");
        }

        /**
         * Lets requests share a run; by default each has its own.
         *
         * @param most the most rows of one run, &ge; 1; a request that alone has more still runs, alone
         * @param target how long a run may take, &gt; 0; after one that took longer, fewer rows go together
         * @return this
         * @throws IllegalArgumentException if a number is out of range
         */
        public Builder<Q, A> upTo(int most, Duration target) {
            rows = atLeastOne("rows", most);
            targetNanos = positiveNanos("target", target);
            return this;
        }

        /**
         * Bounds the line; 1024 by default.
         *
         * @param requests how many may wait, &ge; 0
         * @return this
         * @throws IllegalArgumentException if negative
         */
        public Builder<Q, A> queueUpTo(int requests) {
            if (requests < 0) {
                throw new IllegalArgumentException("requests must be >= 0, got " + requests);
            }
            lineBound = requests;
            return this;
        }

        /**
         * Sets how many runs go on at once; 1 by default. Each has a thread.
         *
         * @param runs &ge; 1
         * @return this
         * @throws IllegalArgumentException if below 1
         */
        public Builder<Q, A> runsAtOnce(int runs) {
            places = atLeastOne("runs", runs);
            return this;
        }

        /**
         * Refuses a request that waited for longer when its turn comes; by default none is.
         *
         * @param deadline &gt; 0, from {@link Batcher#submit}
         * @return this
         * @throws IllegalArgumentException if not positive
         */
        public Builder<Q, A> answerWithin(Duration deadline) {
            deadlineNanos = positiveNanos("deadline", deadline);
            return this;
        }

        /**
         * Says how many rows a request has; by default one.
         *
         * @param counter a quick function; less than 1 counts as 1
         * @return this
         */
        public Builder<Q, A> countingRows(ToIntFunction<Q> counter) {
            rowsOf = Objects.requireNonNull(counter, "counter");
            return this;
        }

        /**
         * Says which requests can go together; by default all.
         *
         * @param shape a quick function; those with equal values go together
         * @return this
         */
        public Builder<Q, A> togetherIfEqual(Function<Q, Object> shape) {
            shapeOf = Objects.requireNonNull(shape, "shape");
            return this;
        }

        /**
         * Reports the end of each request, once, right before its future is completed; by default to nobody.
         *
         * @param listener a quick function; gets the answer or else the failure; runs on the thread that ends the
         *     request, which fails with what the listener throws
         * @return this
         */
        public Builder<Q, A> reportingTo(BiConsumer<? super @Nullable A, ? super @Nullable Throwable> listener) {
            ended = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Replaces the clock, for tests.
         *
         * @param nanos a clock like {@link System#nanoTime()}, the default
         * @return this
         */
        public Builder<Q, A> timedBy(LongSupplier nanos) {
            nanoTime = Objects.requireNonNull(nanos, "nanos");
            return this;
        }

        /**
         * Starts the threads.
         *
         * @return the batcher, which the caller closes
         */
        public Batcher<Q, A> open() {
            Batcher<Q, A> batcher = new Batcher<>(this);
            batcher.threads.forEach(Thread::start);
            return batcher;
        }

        private static int atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException("%s must be >= 1, got %d".formatted(name, value));
            }
            return value;
        }

        private static long positiveNanos(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("%s must be > 0, got %s".formatted(name, value));
            }
            return value.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE : value.toNanos();
        }
    }
}
