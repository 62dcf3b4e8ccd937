package io.aidc.training.data;

import io.aidc.training.Dataset;
import io.aidc.training.engine.Batch;
import io.aidc.training.internal.ReadingThreads;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * Gives the rows of a data set batch by batch, epoch by epoch, for training loops other than
 * {@link io.aidc.training.TrainingRun}, which does this by itself. Threads of its own fill batches ahead of the caller.
 *
 * {@snippet class="io.aidc.training.data.DataSnippetsTest" region="batches"}
 *
 * <p>The batches depend on the data, the seed, the batch size and the transformation only: not on the number of
 * threads, nor on how many batches are filled ahead. A reader that {@linkplain Builder#resumeAt resumes} at a {@link
 * #position()} gives the batches that the first would have given.
 *
 * <p>Confined: one thread at a time.
 */
public final class BatchReader implements Iterator<Batch>, AutoCloseable {
    private final BatchFiller filler;
    private final int epochs;
    private final int batchesPerEpoch;
    private final long seed;
    private final int ahead;
    private final ReadingThreads threads;
    private final Queue<Future<Batch>> filling = new ArrayDeque<>();
    private final Queue<Batch> empty = new ArrayDeque<>();
    /** What the caller holds until the next batch. */
    private final Queue<Batch> lent = new ArrayDeque<>(1);

    private long submitted;
    private long given;
    private boolean closed;

    /**
     * Says which batch comes next.
     *
     * @param epoch the epoch, from 0
     * @param batch the batch in the epoch, from 0
     * @param seed the seed that orders the epochs
     */
    public record Position(int epoch, int batch, long seed) {
        /** Checks the values. */
        public Position {
            if (epoch < 0 || batch < 0) {
                throw new IllegalArgumentException(
                        "epoch and batch must be >= 0, got %d and %d".formatted(epoch, batch));
            }
        }
    }

    private BatchReader(Builder options, long start) {
        filler = new BatchFiller(options);
        epochs = options.epochs;
        batchesPerEpoch = options.batchesPerEpoch();
        seed = options.seed;
        ahead = options.ahead;
        submitted = start;
        given = start;
        threads = new ReadingThreads(options.threads);
        for (int i = 0; i <= ahead; i++) {
            empty.add(filler.room());
        }
        fill();
    }

    /**
     * Starts the options.
     *
     * @param data the rows; not copied
     * @return the options
     */
    public static Builder of(Dataset data) {
        return new Builder(Objects.requireNonNull(data, "data"));
    }

    /**
     * Says whether a batch is left.
     *
     * @return false after the last batch of the last epoch
     * @throws IllegalStateException after {@link #close()}
     */
    @Override
    public boolean hasNext() {
        requireOpen();
        return given < (long) epochs * batchesPerEpoch;
    }

    /**
     * Gives the next batch, waiting until it is filled.
     *
     * @return the batch; its buffers are valid until the next call
     * @throws NoSuchElementException after the last batch
     * @throws IllegalStateException after {@link #close()}, or if the transformation wrote a number that is not
     *     finite; that reader is closed
     * @throws CancellationException if the thread is interrupted, whose flag is then set; the reader is closed
     * @throws RuntimeException whatever the transformation threw; the reader is closed, its position still that of the
     *     batch
     */
    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("there is no batch after the last of %d epochs".formatted(epochs));
        }
        empty.addAll(lent);
        lent.clear();
        fill();
        Batch batch = await(filling.remove());
        lent.add(batch);
        given++;
        return batch;
    }

    private Batch await(Future<Batch> batch) {
        try {
            return batch.get();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            var cancelled = new CancellationException("interrupted while waiting for a batch");
            cancelled.initCause(e);
            throw cancelled;
        } catch (ExecutionException e) {
            close();
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            // The filler declares no checked exception.
            throw (RuntimeException) Objects.requireNonNull(e.getCause());
        }
    }

    private void fill() {
        while (filling.size() < ahead + 1 && !empty.isEmpty() && submitted < (long) epochs * batchesPerEpoch) {
            int epoch = (int) (submitted / batchesPerEpoch);
            int batch = (int) (submitted % batchesPerEpoch);
            Batch room = empty.remove();
            filling.add(threads.begin(() -> filler.fill(epoch, batch, room)));
            submitted++;
        }
    }

    /**
     * Says which batch comes next.
     *
     * @return the position, also after {@link #close()}; the first batch of an epoch that does not exist after the last
     */
    public Position position() {
        return new Position((int) (given / batchesPerEpoch), (int) (given % batchesPerEpoch), seed);
    }

    /**
     * Counts the batches of an epoch.
     *
     * @return the number, &gt; 0
     */
    public int batchesPerEpoch() {
        return batchesPerEpoch;
    }

    /** Ends the threads, waiting for a transformation that is running, and drops what they filled. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        threads.close();
        filling.clear();
        empty.clear();
        lent.clear();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reader is closed");
        }
    }

    /**
     * Holds the options.
     *
     * <p>Confined: one thread at a time.
     */
    public static final class Builder {
        final Dataset data;
        int batchSize = 32;
        long seed;
        boolean seeded;
        boolean ordered;
        boolean dropShort;
        RowTransform transform = (row, random) -> {};
        boolean transformed;
        private int epochs = 1;
        private int threads = 1;
        private int ahead = 2;
        private Position start = new Position(0, 0, 0);
        private boolean resumed;

        private Builder(Dataset data) {
            this.data = data;
        }

        /**
         * Chooses how many rows make a batch.
         *
         * @param rows the number, &gt; 0; 32 if this is not called
         * @return this
         */
        public Builder batchSize(int rows) {
            batchSize = positive("rows", rows);
            return this;
        }

        /**
         * Chooses how often all rows are given.
         *
         * @param count the number of epochs, &gt; 0; 1 if this is not called
         * @return this
         */
        public Builder epochs(int count) {
            epochs = positive("count", count);
            return this;
        }

        /**
         * Chooses the order of the epochs and the chance of the transformation.
         *
         * @param value any number; 0 if this is not called
         * @return this
         */
        public Builder seed(long value) {
            seed = value;
            seeded = true;
            return this;
        }

        /**
         * Gives the rows in the order of the data set, instead of one drawn anew for each epoch.
         *
         * @return this
         */
        public Builder inOrder() {
            ordered = true;
            return this;
        }

        /**
         * Leaves out the last batch of an epoch if it is short, instead of giving it.
         *
         * @return this
         */
        public Builder dropShortBatch() {
            dropShort = true;
            return this;
        }

        /**
         * Changes each row on its way into a batch.
         *
         * @param change what is done to the features
         * @return this
         */
        public Builder transform(RowTransform change) {
            transform = Objects.requireNonNull(change, "change");
            transformed = true;
            return this;
        }

        /**
         * Chooses how many threads fill batches.
         *
         * @param count the number, in [1, 256]; 1 if this is not called
         * @return this
         */
        public Builder threads(int count) {
            threads = positive("count", count);
            if (count > 256) {
                throw new IllegalArgumentException("count must be <= 256, got " + count);
            }
            return this;
        }

        /**
         * Chooses how many batches are filled or being filled ahead of the one that is in use. Their memory is taken
         * when the reader opens.
         *
         * @param batches the number, &gt; 0; 2 if this is not called
         * @return this
         */
        public Builder prefetch(int batches) {
            ahead = positive("batches", batches);
            return this;
        }

        /**
         * Goes on where another reader of the same data and options stopped.
         *
         * @param position which batch comes first; its seed is taken too
         * @return this
         */
        public Builder resumeAt(Position position) {
            start = Objects.requireNonNull(position, "position");
            resumed = true;
            return this;
        }

        int batchesPerEpoch() {
            return dropShort ? data.rows() / batchSize : (data.rows() - 1) / batchSize + 1;
        }

        /**
         * Starts the threads.
         *
         * @return the reader, to be closed
         * @throws IllegalArgumentException if an epoch would have no batch, or the position is beyond the last one
         * @throws IllegalStateException if both a seed and a position with another seed were given
         */
        public BatchReader open() {
            if (batchesPerEpoch() == 0) {
                throw new IllegalArgumentException(
                        "%d rows make no whole batch of %d".formatted(data.rows(), batchSize));
            }
            if (resumed) {
                if (seeded && seed != start.seed()) {
                    throw new IllegalStateException(
                            "seed is %d, but the position is of seed %d".formatted(seed, start.seed()));
                }
                seed = start.seed();
            }
            long first = (long) start.epoch() * batchesPerEpoch() + start.batch();
            if (start.batch() >= batchesPerEpoch() || first > (long) epochs * batchesPerEpoch()) {
                throw new IllegalArgumentException(
                        "%s is beyond %d epochs of %d batches".formatted(start, epochs, batchesPerEpoch()));
            }
            return new BatchReader(this, first);
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " must be > 0, got " + value);
            }
            return value;
        }
    }
}
