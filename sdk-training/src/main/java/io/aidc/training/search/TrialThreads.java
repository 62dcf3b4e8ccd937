package io.aidc.training.search;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the trials of a study, some at a time, and waits for them. One task is one trial, so that a caller's executor
 * can do other things in between.
 */
final class TrialThreads {
    private static final Logger LOG = LoggerFactory.getLogger(TrialThreads.class);
    /** A look around now and then costs nothing and makes every wait a bounded one. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Study study;
    private final Objective objective;
    private final Options options;
    private final LongSupplier nanoTime;
    private final Object lock = new Object();
    /** Tasks handed to the executor that are not over; guarded by {@link #lock}. */
    private int active;
    /** Of these, the ones that have a trial; guarded by {@link #lock}. */
    private int running;

    /** How trials are run. */
    record Options(
            int parallel,
            @Nullable Executor executor,
            @Nullable Duration timeout,
            Duration grace,
            boolean failFast,
            Consumer<TrialRecord> ended) {}

    TrialThreads(Study study, Objective objective, Options options, LongSupplier nanoTime) {
        this.study = study;
        this.objective = objective;
        this.options = options;
        this.nanoTime = nanoTime;
    }

    /** Runs all trials; returns when none runs any more. The caller's interrupt flag is set if that ended it. */
    void run() {
        Executor executor = options.executor();
        if (executor != null) {
            dispatch(executor);
            return;
        }
        var number = new AtomicInteger();
        Queue<Thread> threads = new ConcurrentLinkedQueue<>();
        ExecutorService own = Executors.newFixedThreadPool(options.parallel(), task -> {
            var thread = new Thread(task, "aidc-training-trial-" + number.getAndIncrement());
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
        });
        try {
            dispatch(own);
        } finally {
            own.shutdownNow();
            awaitEnd(own, threads);
        }
    }

    private void awaitEnd(ExecutorService own, Queue<Thread> threads) {
        boolean interrupted = Thread.interrupted();
        try {
            // Idle threads end at once. One that was given up was waited for already.
            long wait = running() == 0 ? options.grace().toNanos() : 0;
            if (own.awaitTermination(wait, TimeUnit.NANOSECONDS)) {
                for (Thread thread : threads) {
                    thread.join(); // the pool is over a moment before its threads are
                }
            } else {
                LOG.warn("threads of trials that did not answer to an interrupt are left behind");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int running() {
        synchronized (lock) {
            return running;
        }
    }

    private void dispatch(Executor executor) {
        Duration timeout = options.timeout();
        long began = nanoTime.getAsLong();
        boolean interrupted = false;
        try {
            while (!study.isInterrupted() && (study.hasNext() || running() > 0)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                long left = timeout == null ? Long.MAX_VALUE : timeout.toNanos() - (nanoTime.getAsLong() - began);
                if (left <= 0) {
                    study.interrupt();
                } else if (!study.hasNext() || !handedOver(executor)) {
                    awaitRoom(left, study.hasNext() ? options.parallel() : 1);
                }
            }
        } catch (InterruptedException e) {
            interrupted = true;
            study.interrupt();
        } catch (RejectedExecutionException e) {
            study.fail(e);
            study.interrupt();
        }
        interrupted |= finish();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Hands a task over unless enough of them are; whether it did. */
    private boolean handedOver(Executor executor) {
        synchronized (lock) {
            if (active >= options.parallel()) {
                return false;
            }
            active++;
        }
        boolean taken = false;
        try {
            executor.execute(this::oneTrial);
            taken = true;
        } finally {
            if (!taken) {
                synchronized (lock) {
                    active--;
                }
            }
        }
        return true;
    }

    /** Waits while at least so many tasks are under way, for at most so many nanoseconds. */
    @SuppressWarnings("WaitNotInLoop") // the caller loops, and looks at the time too
    private void awaitRoom(long nanos, int tasks) throws InterruptedException {
        synchronized (lock) {
            if (active >= tasks) {
                lock.wait(Math.max(1, Math.min(nanos, LONGEST_WAIT.toNanos()) / 1_000_000));
            }
        }
    }

    /** Waits for the trials that run; whether the wait was interrupted. */
    private boolean finish() {
        boolean interrupted = false;
        long began = nanoTime.getAsLong();
        synchronized (lock) {
            while (running > 0) {
                long left = options.grace().toNanos() - (nanoTime.getAsLong() - began);
                if (study.isInterrupted() && left <= 0) {
                    break;
                }
                try {
                    lock.wait(study.isInterrupted() ? Math.max(1, left / 1_000_000) : 0);
                } catch (InterruptedException e) {
                    interrupted = true;
                    study.interrupt();
                }
            }
        }
        List<Integer> abandoned = study.abandon();
        if (!abandoned.isEmpty()) {
            LOG.warn(
                    "trials did not answer to an interrupt within {} and are left behind: {}",
                    options.grace(),
                    abandoned);
        }
        return interrupted;
    }

    private void oneTrial() {
        boolean begun = false;
        try {
            synchronized (lock) {
                running++;
            }
            begun = true;
            Attempt attempt = study.begin();
            if (attempt != null) {
                evaluate(attempt);
            }
        } catch (RuntimeException | Error e) {
            // A journal that cannot be written, or a callback of the caller: the search ends and throws it.
            study.fail(e);
        } finally {
            synchronized (lock) {
                active--;
                if (begun) {
                    running--;
                }
                lock.notifyAll();
            }
        }
    }

    private void evaluate(Attempt attempt) {
        double value = Double.NaN;
        Throwable thrown = null;
        TrialRecord ended = null;
        try {
            value = objective.evaluate(new Trial(study, attempt));
        } catch (Throwable e) {
            // Also an Error is a failed trial: a network too large for the memory is a bad choice of parameters.
            thrown = e;
            LOG.debug("trial failed: number={}", attempt.number(), e);
        } finally {
            ended = study.end(attempt, value, thrown);
        }
        if (ended == null) {
            return;
        }
        if (options.failFast() && ended.outcome() instanceof Outcome.Failed failed) {
            study.fail(new TrialFailedException(ended, failed.error(), thrown));
            study.interrupt();
        }
        options.ended().accept(ended);
    }
}
