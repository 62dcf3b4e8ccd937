package io.aidc.privacy.noise;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Exact noise for millions of numbers at a time, drawn by several threads with a random stream each.
 *
 * <p>A vector is cut into as many ranges as there are streams; short vectors are left to the calling thread. Cost:
 * about 100 ns a number divided by the threads. Running time depends on the noise drawn. The threads are daemons named
 * {@code aidc-privacy-noise}, start with the first long vector and end on close. Thread-safe: calls take turns.
 *
 * @see DiscreteGaussian for the citation and the guarantee; every number gets a draw of its own
 */
public final class BulkNoise implements AutoCloseable {
    static final int SHORT = 1 << 14;

    private final List<RandomBits> streams;
    // guarded by this
    private @Nullable ExecutorService threads;
    private boolean closed;

    BulkNoise(int streams, Supplier<RandomBits> randomness) {
        this.streams = Stream.generate(randomness).limit(streams).toList();
    }

    /**
     * Opens a source with one stream per processor.
     *
     * @return the source, to be closed after use
     */
    public static BulkNoise open() {
        return open(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Opens a source with a number of streams; with one, no thread is started.
     *
     * @param threads how many work on a long vector, 1 to 1024
     * @return the source, to be closed after use
     * @throws IllegalArgumentException if {@code threads} is out of range
     */
    public static BulkNoise open(int threads) {
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads must be in 1 to 1024, got " + threads);
        }
        return new BulkNoise(threads, RandomBits::open);
    }

    /**
     * Adds a draw to every number of a vector that lies on a lattice.
     *
     * <p>If the sum leaves the range of {@code long} it wraps around; keep magnitudes below 2^62.
     *
     * @param steps the vector, changed in place
     * @param noise what is drawn, in the same steps
     * @throws IllegalStateException after {@link #close()}
     */
    public void addTo(long[] steps, DiscreteGaussian noise) {
        Objects.requireNonNull(noise, "noise");
        overRanges(steps.length, (bits, from, to) -> {
            for (int i = from; i < to; i++) {
                steps[i] += noise.sample(bits);
            }
        });
    }

    /** Runs a task over all indices, range by range, and waits for it. */
    synchronized void overRanges(int length, Range task) {
        if (closed) {
            throw new IllegalStateException("this noise source is closed");
        }
        if (length <= SHORT || streams.size() == 1) {
            task.run(streams.get(0), 0, length);
            return;
        }
        if (threads == null) {
            threads = Executors.newFixedThreadPool(streams.size(), BulkNoise::daemon);
        }
        List<Future<?>> running = new ArrayList<>();
        List<Throwable> failures;
        long ranges = streams.size();
        try {
            for (int i = 0; i < ranges; i++) {
                RandomBits bits = streams.get(i);
                int from = (int) ((long) length * i / ranges);
                int to = (int) (length * (i + 1L) / ranges);
                running.add(threads.submit(() -> task.run(bits, from, to)));
            }
        } finally {
            // also where a thread cannot be started: no stream may be in use when the next call begins
            failures = running.stream()
                    .map(BulkNoise::finish)
                    .flatMap(Optional::stream)
                    .toList();
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException("drawing noise failed", failures.get(0));
        }
    }

    /** Forgets all streams and ends the threads. Calling it again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        if (threads != null) {
            threads.shutdownNow();
        }
        streams.forEach(RandomBits::close);
    }

    /** Waits even if interrupted: a vector that is noised in part must not be seen. */
    private static Optional<Throwable> finish(Future<?> range) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    range.get();
                    return Optional.empty();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    return Optional.ofNullable(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "aidc-privacy-noise");
        thread.setDaemon(true);
        return thread;
    }

    /** Work on the indices from {@code from} to before {@code to}. */
    interface Range {
        void run(RandomBits bits, int from, int to);
    }
}
