package io.aidc.security.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share one piece of work with the thread which asks for it. The asking thread always works too, so that a busy,
 * full or closed executor costs speed and never an answer. <em>Thread-safe.</em>
 */
public final class Workers implements AutoCloseable {
    private final Executor executor;
    private final int width;
    private final @Nullable ExecutorService ours;

    /**
     * Work that each thread does by taking pieces from a shared counter until there are none.
     *
     * @param <E> what may go wrong
     */
    @FunctionalInterface
    public interface Work<E extends Exception> {
        /**
         * Takes pieces until there are none.
         *
         * @throws E if a piece fails; the others are then told to stop by whatever the work shares
         */
        void run() throws E;
    }

    private Workers(Executor executor, int width, @Nullable ExecutorService ours) {
        if (width < 1) {
            throw new IllegalArgumentException("threads must be >= 1, got " + width);
        }
        this.executor = executor;
        this.width = width;
        this.ours = ours;
    }

    /**
     * Returns no threads but the caller's.
     *
     * @return workers of width 1; need not be closed
     */
    public static Workers none() {
        return new Workers(Runnable::run, 1, null);
    }

    /**
     * Borrows threads.
     *
     * @param executor never shut down here
     * @param threads how many work at once, the caller included, &gt;= 1
     * @return the workers; need not be closed
     */
    public static Workers on(Executor executor, int threads) {
        return new Workers(executor, threads, null);
    }

    /**
     * Starts threads of its own when they are first needed: daemons, gone after close.
     *
     * @param role what they do, part of their name
     * @param threads how many work at once, the caller included, &gt;= 1
     * @return the workers
     */
    public static Workers own(String role, int threads) {
        if (threads == 1) {
            return none();
        }
        AtomicInteger number = new AtomicInteger();
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, threads - 1), task -> {
            Thread thread = new Thread(task, "aidc-security-%s-%d".formatted(role, number.incrementAndGet()));
            thread.setDaemon(true);
            return thread;
        });
        return new Workers(pool, threads, pool);
    }

    /**
     * Returns what starts the threads.
     *
     * @return the executor
     */
    public Executor executor() {
        return executor;
    }

    /**
     * Returns how many threads work at once.
     *
     * @return at least 1, the caller included
     */
    public int width() {
        return width;
    }

    /**
     * Runs the work on every thread that is free, the caller's among them, and waits until all have stopped, whatever fails.
     * An interrupt does not cut the waiting short, since the others still use what they share; it is set again at the end.
     *
     * @param work run once a thread
     * @param type what the work may throw
     * @param <E> what the work may throw
     * @throws E the first failure; further ones are suppressed in it
     */
    public <E extends Exception> void run(Work<E> work, Class<E> type) throws E {
        List<Share> shares = new ArrayList<>();
        Throwable failure = start(work, shares);
        if (failure == null) {
            Share own = new Share(work);
            own.run();
            failure = own.failure;
        }
        for (Share share : shares) {
            share.finish();
            failure = both(failure, share.failure);
        }
        rethrow(failure, type);
    }

    /** Asks for threads. What breaks here, such as a thread that cannot be made, must not leave those behind that work. */
    @SuppressWarnings("IllegalCatch") // thrown once they have stopped
    private @Nullable Throwable start(Work<?> work, List<Share> shares) {
        try {
            while (shares.size() < width - 1) {
                Share share = new Share(work);
                shares.add(share);
                executor.execute(share);
            }
            return null;
        } catch (RejectedExecutionException e) {
            return null; // the executor is full or closed: the threads that did start, at least this one, do all
        } catch (Throwable e) {
            return e;
        }
    }

    @SuppressWarnings("ReferenceEquality") // a throwable cannot suppress itself
    private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable next) {
        if (first == null) {
            return next;
        }
        if (next != null && next != first) {
            first.addSuppressed(next);
        }
        return first;
    }

    /** Ends the threads that are its own. Closing twice is harmless. */
    @Override
    public void close() {
        if (ours != null) {
            ours.shutdown();
        }
    }

    private static <E extends Exception> void rethrow(@Nullable Throwable failure, Class<E> type) throws E {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw type.cast(failure);
        }
    }

    /** One thread's part. Whoever starts it first runs it; one that never started is taken back. */
    private static final class Share implements Runnable {
        private final Work<?> work;
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CountDownLatch done = new CountDownLatch(1);
        private @Nullable Throwable failure;

        Share(Work<?> work) {
            this.work = work;
        }

        @Override
        @SuppressWarnings("IllegalCatch") // handed to the thread that asked
        public void run() {
            if (!taken.compareAndSet(false, true)) {
                return;
            }
            try {
                work.run();
            } catch (Throwable e) {
                failure = e;
            } finally {
                done.countDown();
            }
        }

        void finish() {
            if (taken.compareAndSet(false, true)) {
                return;
            }
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
