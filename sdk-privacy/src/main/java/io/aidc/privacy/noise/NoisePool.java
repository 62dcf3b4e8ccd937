package io.aidc.privacy.noise;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Integer noise drawn ahead of its use by a thread of its own, so that how long an answer took does not tell how large
 * its noise is.
 *
 * <p>The exact samplers run longer for larger noise: whoever times single answers can guess how far each is from the
 * truth, which (ε, δ) does not cover. Given a pool, {@link DiscreteLaplace#sample} and {@link DiscreteGaussian#sample}
 * hand out a number that was drawn before.
 *
 * {@snippet class="io.aidc.privacy.SnippetsTest" region="pool"}
 *
 * <p>Numbers are drawn {@value #BATCH} at a time, the next ones while the last ones are used. Who is first to ask for a
 * distribution, or asks faster than the thread draws, waits for {@value #BATCH} together; their common time is what
 * still shows. Not hidden: how long reading the data takes, how many numbers a query draws, the coins of private group
 * selection, and the vector noise of training.
 *
 * <p>Noise that waits lies in this process's memory, for the {@value #DISTRIBUTIONS} distributions used last. Numbers
 * are handed out once each. Thread-safe; the thread is a daemon.
 *
 * @see <a href="https://arxiv.org/abs/2112.05307">Jin, McMurtry, Rubinstein, Ohrimenko 2022</a> for the attack
 */
public final class NoisePool implements AutoCloseable {
    static final int BATCH = 256;
    static final int DISTRIBUTIONS = 64;

    private final RandomBits bits;
    private final Map<Object, Shelf> shelves = new LinkedHashMap<>(16, 0.75f, true);
    private final ExecutorService drawing = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "noise-pool");
        thread.setDaemon(true);
        return thread;
    });

    NoisePool(RandomBits bits) {
        this.bits = bits;
    }

    /**
     * Opens a pool with randomness of its own.
     *
     * @return the pool, empty until something is asked for; to be closed after use
     */
    public static NoisePool open() {
        return new NoisePool(RandomBits.open());
    }

    /**
     * Opens a stream of secret random bits whose noise comes from this pool; the bits themselves are drawn at once.
     *
     * @return the stream, to be closed after use and of no use after this pool
     * @throws IllegalStateException after {@link #close()}
     */
    public RandomBits bits() {
        if (drawing.isShutdown()) {
            throw closed();
        }
        return RandomBits.open(this);
    }

    /** Ends the thread and forgets what was drawn; asking for noise fails from then on. Calling it again does nothing. */
    @Override
    public void close() {
        synchronized (shelves) {
            if (!drawing.isShutdown()) {
                drawing.execute(bits::close);
                drawing.shutdown();
                shelves.clear();
            }
        }
    }

    /** A number of a distribution, which is known by its equality and drawn, where there is none yet, by {@code draw}. */
    long take(Object distribution, ToLongFunction<RandomBits> draw) {
        Shelf shelf;
        synchronized (shelves) {
            if (drawing.isShutdown()) {
                throw closed();
            }
            shelf = shelves.computeIfAbsent(distribution, key -> new Shelf(draw));
            if (shelves.size() > DISTRIBUTIONS) {
                shelves.remove(shelves.keySet().iterator().next());
            }
        }
        return shelf.take();
    }

    private static IllegalStateException closed() {
        return new IllegalStateException("this noise pool is closed");
    }

    /** The numbers of one distribution: those in use and those being drawn. */
    private final class Shelf {
        private final ToLongFunction<RandomBits> draw;
        private long[] ready = {};
        private int next;
        private CompletableFuture<long[]> following;

        Shelf(ToLongFunction<RandomBits> draw) {
            this.draw = draw;
            following = drawBatch();
        }

        synchronized long take() {
            if (next == ready.length) {
                ready = following.join();
                following = drawBatch();
                next = 0;
            }
            long value = ready[next];
            ready[next++] = 0;
            return value;
        }

        private CompletableFuture<long[]> drawBatch() {
            try {
                return CompletableFuture.supplyAsync(
                        () -> LongStream.generate(() -> draw.applyAsLong(bits))
                                .limit(BATCH)
                                .toArray(),
                        drawing);
            } catch (RejectedExecutionException e) {
                throw closed();
            }
        }
    }
}
