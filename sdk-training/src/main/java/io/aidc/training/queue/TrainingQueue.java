package io.aidc.training.queue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs of several owners within a budget of cores and memory.
 *
 * {@snippet class="io.aidc.training.queue.QueueSnippetsTest" region="simple"}
 *
 * <p>Order: the owner with the smallest share of what is scarce comes first, by dominant-resource fairness with
 * weights; within an owner, priority and then age. A job that begins runs until it ends, pauses or is cancelled;
 * nothing is preempted.
 *
 * <p>Nobody starves while jobs end: when {@link Builder#passOverLimit} jobs have begun although the first job of some
 * owner did not fit, nothing begins before that job. And within an owner, a job is overtaken only by jobs submitted
 * before the owner has begun 8 jobs for each level of difference in priority.
 *
 * <p>Each job that runs has a thread, {@code aidc-training-job-n} with its number, which is gone when it ends.
 *
 * <p>Thread-safe: one lock, not held while jobs or listeners run.
 *
 * @see <a href="https://www.usenix.org/conference/nsdi11/dominant-resource-fairness-fair-allocation-multiple-resource-types">Ghodsi
 *     et al. 2011</a>
 */
public final class TrainingQueue implements AutoCloseable {
    /** How many others may begin before a job that does not fit, unless {@link Builder#passOverLimit} is set. */
    public static final int DEFAULT_PASS_OVER_LIMIT = 32;

    /** How many jobs may wait, unless {@link Builder#maxQueued} is set. */
    public static final int DEFAULT_MAX_QUEUED = 10_000;

    /** How long {@link #close} waits for jobs, unless {@link Builder#closeTimeout} is set. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(TrainingQueue.class);

    private final int cores;
    private final long memoryBytes;
    private final int maxQueued;
    private final Duration closeTimeout;
    private final Consumer<QueueEvent> listener;
    private final Clock clock;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // guarded by lock
    private final FairShare share;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Deque<QueueEvent> events = new ArrayDeque<>();
    private final Map<Long, Entry> ending = new HashMap<>();
    /** Threads of jobs that may still be alive, also of jobs that ended and tell of it. */
    private final Set<Thread> threads = new HashSet<>();

    private boolean telling;
    private boolean closed;
    private long lastId;

    private TrainingQueue(Builder builder, int cores, long memoryBytes) {
        this.cores = cores;
        this.memoryBytes = memoryBytes;
        this.maxQueued = Objects.requireNonNullElse(builder.maxQueued, DEFAULT_MAX_QUEUED);
        this.closeTimeout = Objects.requireNonNullElse(builder.closeTimeout, DEFAULT_CLOSE_TIMEOUT);
        this.listener = Objects.requireNonNullElse(builder.listener, event -> {});
        this.clock = builder.clock;
        int limit = Objects.requireNonNullElse(builder.passOverLimit, DEFAULT_PASS_OVER_LIMIT);
        this.share = new FairShare(cores, memoryBytes, limit, builder.weights);
    }

    /**
     * Begins the description of a queue.
     *
     * @return a builder with default options
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a queue with default options.
     *
     * @return the queue, to be closed after use
     */
    public static TrainingQueue open() {
        return builder().open();
    }

    /** Options of a {@link TrainingQueue}. Confined: one thread at a time. */
    public static final class Builder {
        private final Map<String, Double> weights = new HashMap<>();
        private @Nullable Integer cores;
        private @Nullable Long memoryBytes;
        private @Nullable Integer passOverLimit;
        private @Nullable Integer maxQueued;
        private @Nullable Duration closeTimeout;
        private @Nullable Consumer<QueueEvent> listener;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /**
         * Sets how many cores running jobs may have together; those of the machine if not set.
         *
         * @param count &gt; 0
         * @return this
         * @throws IllegalArgumentException if it is not positive
         * @throws IllegalStateException if it was set before
         */
        public Builder cores(int count) {
            once("cores", cores);
            cores = positive("cores", count);
            return this;
        }

        /**
         * Sets how much memory jobs may have together; what the heap may grow to if not set.
         *
         * @param count bytes, ≥ 0
         * @return this
         * @throws IllegalArgumentException if it is negative
         * @throws IllegalStateException if it was set before
         */
        public Builder memoryBytes(long count) {
            once("memoryBytes", memoryBytes);
            if (count < 0) {
                throw new IllegalArgumentException("memoryBytes must be >= 0, got " + count);
            }
            memoryBytes = count;
            return this;
        }

        /**
         * Sets how much of the budget an owner is due, relative to others; 1 if not set.
         *
         * @param owner as in {@link Job#owner}
         * @param weight from 0.001 to 1000
         * @return this
         * @throws IllegalArgumentException if it is outside that range
         * @throws IllegalStateException if it was set before for that owner
         */
        public Builder weight(String owner, double weight) {
            if (!(weight >= 0.001 && weight <= 1000)) {
                throw new IllegalArgumentException("weight must be in [0.001, 1000], got " + weight);
            }
            once("weight of " + owner, weights.putIfAbsent(Job.text("owner", owner), weight));
            return this;
        }

        /**
         * Sets how many jobs may begin while the first job of some owner does not fit, before nothing begins any more
         * until that one does. Less is kinder to large jobs and leaves more cores idle.
         *
         * @param count &gt; 0, {@value TrainingQueue#DEFAULT_PASS_OVER_LIMIT} if not set
         * @return this
         * @throws IllegalArgumentException if it is not positive
         * @throws IllegalStateException if it was set before
         */
        public Builder passOverLimit(int count) {
            once("passOverLimit", passOverLimit);
            passOverLimit = positive("passOverLimit", count);
            return this;
        }

        /**
         * Sets how many jobs may wait.
         *
         * @param count &gt; 0, {@value TrainingQueue#DEFAULT_MAX_QUEUED} if not set
         * @return this
         * @throws IllegalArgumentException if it is not positive
         * @throws IllegalStateException if it was set before
         */
        public Builder maxQueued(int count) {
            once("maxQueued", maxQueued);
            maxQueued = positive("maxQueued", count);
            return this;
        }

        /**
         * Sets how long {@link TrainingQueue#close} waits for jobs it has interrupted; 10 s if not set.
         *
         * @param limit ≥ 0
         * @return this
         * @throws IllegalArgumentException if it is negative
         * @throws IllegalStateException if it was set before
         */
        public Builder closeTimeout(Duration limit) {
            once("closeTimeout", closeTimeout);
            if (limit.isNegative()) {
                throw new IllegalArgumentException("closeTimeout must be >= 0, got " + limit);
            }
            closeTimeout = limit;
            return this;
        }

        /**
         * Sets who hears of every change of a job's state; nobody if not set.
         *
         * @param value called one event at a time, in their order, on a thread that changed something; what it throws
         *     is logged. It may use the queue but not wait for it
         * @return this
         * @throws IllegalStateException if it was set before
         */
        public Builder listener(Consumer<QueueEvent> value) {
            once("listener", listener);
            listener = Objects.requireNonNull(value, "listener");
            return this;
        }

        Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /**
         * Opens the queue.
         *
         * @return the queue, to be closed after use
         */
        public TrainingQueue open() {
            return new TrainingQueue(
                    this,
                    Objects.requireNonNullElseGet(cores, Runtime.getRuntime()::availableProcessors),
                    Objects.requireNonNullElseGet(memoryBytes, Runtime.getRuntime()::maxMemory));
        }

        private static int positive(String what, int value) {
            if (value < 1) {
                throw new IllegalArgumentException("%s must be > 0, got %d".formatted(what, value));
            }
            return value;
        }

        private static void once(String option, @Nullable Object before) {
            if (before != null) {
                throw new IllegalStateException("%s is set already, to %s".formatted(option, before));
            }
        }
    }

    /**
     * Submits a job; it begins at once if there is room.
     *
     * @param job what to do
     * @return the job in the queue
     * @throws IllegalArgumentException if it needs more than the whole budget
     * @throws RejectedExecutionException if {@link Builder#maxQueued} jobs wait already; nothing was changed
     * @throws IllegalStateException if the queue is closed
     */
    public JobHandle submit(Job job) {
        Objects.requireNonNull(job, "job");
        if (job.cores() > cores) {
            throw new IllegalArgumentException(
                    "cores of job '%s' must be <= %d, the budget, got %d".formatted(job.name(), cores, job.cores()));
        }
        if (job.memoryBytes() > memoryBytes) {
            throw new IllegalArgumentException("memoryBytes of job '%s' must be <= %d, the budget, got %d"
                    .formatted(job.name(), memoryBytes, job.memoryBytes()));
        }
        Entry entry;
        lock.lock();
        try {
            requireOpen();
            if (share.queued() >= maxQueued) {
                throw new RejectedExecutionException(
                        "job '%s' was not taken: %d jobs wait already".formatted(job.name(), maxQueued));
            }
            entry = new Entry(++lastId, job, new JobState.Queued(clock.instant()));
            entries.put(entry.id(), entry);
            change(entry, entry.state);
            share.add(entry.id(), job);
            dispatch();
        } finally {
            lock.unlock();
        }
        tell();
        return new JobHandle(this, entry);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the queue is closed");
        }
    }

    /** Begins or continues what there is room for. Under the lock. */
    private void dispatch() {
        for (Long id = share.next(); id != null; id = share.next()) {
            Entry entry = entries.get(id);
            if (entry == null) {
                throw new AssertionError("job " + id + " is unknown");
            }
            change(entry, new JobState.Running(clock.instant()));
            if (entry.thread == null) {
                start(entry);
            } else {
                changed.signalAll();
            }
        }
    }

    private void start(Entry entry) {
        var thread = new Thread(() -> work(entry), "aidc-training-job-" + entry.id());
        thread.setDaemon(true);
        entry.thread = thread;
        threads.removeIf(before -> !before.isAlive());
        try {
            thread.start();
            threads.add(thread);
        } catch (OutOfMemoryError e) {
            // No more threads: this job fails, the queue and the others go on.
            entry.thread = null;
            share.end(entry.id());
            finish(entry, new JobState.Failed(clock.instant(), e));
        }
    }

    private void work(Entry entry) {
        Throwable thrown = null;
        try {
            entry.job().work().run(new JobControl(this, entry));
        } catch (Throwable e) {
            // Also an Error is how the job ended, and its cores are to be freed.
            thrown = e;
        } finally {
            ended(entry, thrown);
        }
    }

    private void ended(Entry entry, @Nullable Throwable thrown) {
        lock.lock();
        try {
            // The interrupt was meant for the work, not for the listener; none comes once the state is final.
            boolean ignored = Thread.interrupted();
            if (entry.state.isFinal()) {
                // The queue was closed and had given it up.
                return;
            }
            share.end(entry.id());
            if (entry.cancelRequested) {
                finish(entry, new JobState.Cancelled(clock.instant()));
            } else if (thrown != null) {
                finish(entry, new JobState.Failed(clock.instant(), thrown));
            } else {
                finish(entry, new JobState.Done(clock.instant()));
            }
            if (!closed) {
                dispatch();
            }
        } finally {
            lock.unlock();
        }
        tell();
    }

    private void finish(Entry entry, JobState state) {
        entries.remove(entry.id());
        ending.put(entry.id(), entry);
        change(entry, state);
    }

    private void change(Entry entry, JobState state) {
        entry.state = state;
        events.add(new QueueEvent(entry.id(), entry.job(), state));
        changed.signalAll();
    }

    /** Tells of what changed, outside the lock; one thread at a time, so that events keep their order. */
    private void tell() {
        while (true) {
            QueueEvent event;
            Entry over;
            lock.lock();
            try {
                event = telling ? null : events.poll();
                if (event == null) {
                    return;
                }
                telling = true;
                over = event.state().isFinal() ? ending.remove(event.id()) : null;
            } finally {
                lock.unlock();
            }
            try {
                if (over != null) {
                    over.result().complete(event.state());
                }
                listener.accept(event);
            } catch (Throwable e) {
                // Also after an Error the others are to hear of their ends.
                LOG.warn("the listener failed: job={} state={}", event.id(), event.state(), e);
            } finally {
                told();
            }
        }
    }

    private void told() {
        lock.lock();
        try {
            telling = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    JobState state(Entry entry) {
        lock.lock();
        try {
            return entry.state;
        } finally {
            lock.unlock();
        }
    }

    boolean pauseRequested(Entry entry) {
        lock.lock();
        try {
            return entry.pauseRequested;
        } finally {
            lock.unlock();
        }
    }

    boolean cancelRequested(Entry entry) {
        lock.lock();
        try {
            return entry.cancelRequested;
        } finally {
            lock.unlock();
        }
    }

    boolean cancel(Entry entry) {
        boolean live;
        lock.lock();
        try {
            live = !entry.state.isFinal();
            if (live) {
                cancelLive(entry);
                if (!closed) {
                    dispatch();
                }
            }
        } finally {
            lock.unlock();
        }
        tell();
        return live;
    }

    private void cancelLive(Entry entry) {
        entry.cancelRequested = true;
        Thread thread = entry.thread;
        if (thread == null) {
            share.withdraw(entry.id());
            finish(entry, new JobState.Cancelled(clock.instant()));
        } else {
            thread.interrupt();
            changed.signalAll();
        }
    }

    boolean pause(Entry entry) {
        boolean live;
        lock.lock();
        try {
            live = !entry.state.isFinal();
            if (live && entry.state instanceof JobState.Queued) {
                if (entry.thread == null) {
                    share.withdraw(entry.id());
                } else {
                    share.pause(entry.id());
                }
                change(entry, new JobState.Paused(clock.instant()));
                dispatch();
            } else if (live && entry.state instanceof JobState.Running) {
                entry.pauseRequested = true;
            }
        } finally {
            lock.unlock();
        }
        tell();
        return live;
    }

    boolean resume(Entry entry) {
        boolean paused;
        lock.lock();
        try {
            paused = entry.pauseRequested || entry.state instanceof JobState.Paused;
            entry.pauseRequested = false;
            if (entry.state instanceof JobState.Paused && !closed) {
                if (entry.thread == null) {
                    share.add(entry.id(), entry.job());
                } else {
                    share.resume(entry.id());
                }
                change(entry, new JobState.Queued(clock.instant()));
                dispatch();
            }
        } finally {
            lock.unlock();
        }
        tell();
        return paused;
    }

    /** A place of the job's own thread at which it may be stopped, or rest until it has cores again. */
    void safePoint(Entry entry) {
        lock.lock();
        try {
            requireNotCancelled(entry);
            if (!entry.pauseRequested) {
                return;
            }
            if (!Thread.currentThread().equals(entry.thread)) {
                throw new IllegalStateException("only the thread of job %d may pause it".formatted(entry.id()));
            }
            entry.pauseRequested = false;
            share.pause(entry.id());
            change(entry, new JobState.Paused(clock.instant()));
            dispatch();
        } finally {
            lock.unlock();
        }
        tell();
        lock.lock();
        try {
            while (!(entry.state instanceof JobState.Running)) {
                requireNotCancelled(entry);
                changed.awaitUninterruptibly();
            }
            requireNotCancelled(entry);
        } finally {
            lock.unlock();
        }
    }

    private static void requireNotCancelled(Entry entry) {
        if (entry.cancelRequested || entry.state.isFinal()) {
            throw new CancellationException("job %d is cancelled".formatted(entry.id()));
        }
    }

    /**
     * Tells what the queue looks like.
     *
     * @return a picture that does not change
     */
    public QueueSnapshot snapshot() {
        lock.lock();
        try {
            List<QueueSnapshot.Line> lines = new ArrayList<>();
            addAll(lines, JobState.Running.class);
            for (Long id : share.order()) {
                Entry entry = entries.get(id);
                if (entry != null) {
                    lines.add(new QueueSnapshot.Line(id, entry.job(), entry.state, share.isReserved(id)));
                }
            }
            addAll(lines, JobState.Paused.class);
            return new QueueSnapshot(
                    clock.instant(), cores, share.coresUsed(), memoryBytes, share.memoryUsed(), lines, share.shares());
        } finally {
            lock.unlock();
        }
    }

    private void addAll(List<QueueSnapshot.Line> lines, Class<? extends JobState> state) {
        entries.values().stream()
                .filter(entry -> state.isInstance(entry.state))
                .sorted(Comparator.comparingLong(Entry::id))
                .forEach(entry -> lines.add(new QueueSnapshot.Line(entry.id(), entry.job(), entry.state, false)));
    }

    /**
     * Waits until no job runs or waits; paused jobs do not count.
     *
     * @param limit how long to wait, ≥ 0
     * @return whether it came to that in time
     * @throws InterruptedException if the thread is interrupted
     */
    public boolean awaitIdle(Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.NANOSECONDS.convert(limit);
            while (entries.values().stream().anyMatch(entry -> !(entry.state instanceof JobState.Paused))) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Cancels all jobs, interrupts those that run, and waits for them. A job that does not end in time is left behind
     * on its thread, as {@link JobState.Cancelled}, with a warning in the log. A job that closes its own queue is not
     * waited for. Calling it again does nothing.
     */
    @Override
    public void close() {
        List<Thread> alive;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            List.copyOf(entries.values()).forEach(this::cancelLive);
            alive = List.copyOf(threads);
        } finally {
            lock.unlock();
        }
        tell();
        boolean interrupted = awaitEnd(alive);
        giveUp();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the threads; whether the wait was interrupted, which ends it. */
    private boolean awaitEnd(List<Thread> alive) {
        long began = System.nanoTime();
        long limit = TimeUnit.NANOSECONDS.convert(closeTimeout);
        for (Thread thread : alive) {
            long left = limit - (System.nanoTime() - began);
            try {
                if (!thread.equals(Thread.currentThread()) && left > 0) {
                    TimeUnit.NANOSECONDS.timedJoin(thread, left);
                }
            } catch (InterruptedException e) {
                return true;
            }
        }
        return false;
    }

    private void giveUp() {
        lock.lock();
        try {
            for (Entry entry : List.copyOf(entries.values())) {
                LOG.warn(
                        "a job does not end and is left behind: id={} name={}",
                        entry.id(),
                        entry.job().name());
                finish(entry, new JobState.Cancelled(clock.instant()));
            }
        } finally {
            lock.unlock();
        }
        tell();
    }
}
