package io.aidc.training;

import io.aidc.training.engine.Batch;
import io.aidc.training.internal.ReadingThreads;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Puts the rows of a worker into batches: while it computes on one, a thread gathers the rows of the next and changes them.
 *
 * <p>What comes next is foretold, and used if it is what is wanted then; if not, because the group was formed anew, it is
 * dropped. So batches are the same as if nothing were read ahead, and an exception comes when the batch is wanted.
 *
 * <p>Confined: one thread at a time.
 */
final class ReadAhead implements AutoCloseable {
    /** Numbers from which copying takes longer than handing over; augmentation always does. */
    private static final int WORTHWHILE = 1 << 16;

    private final Dataset data;
    private final @Nullable Augmentation augmentation;
    private final ReadingThreads threads = new ReadingThreads(1);
    private Share lent;
    private Share spare;
    private @Nullable Part coming;
    private @Nullable Future<Batch> reading;

    ReadAhead(Dataset data, @Nullable Augmentation augmentation) {
        this.data = data;
        this.augmentation = augmentation;
        this.lent = new Share(data);
        this.spare = new Share(data);
    }

    /** Rows, and what their changes are drawn from. */
    static final class Part {
        private final int[] rows;
        private final long seed;

        /** The rows are not copied and must not change. */
        Part(int[] rows, long seed) {
            this.rows = rows;
            this.seed = seed;
        }

        private boolean isSame(Part other) {
            return seed == other.seed && Arrays.equals(rows, other.rows);
        }
    }

    /** Gives a part, valid until the next call, and begins to read the one that is expected then. */
    Batch take(Part wanted, @Nullable Part next) {
        Batch batch = take(wanted);
        if (next != null && isWorthwhile(next)) {
            Share room = spare;
            coming = next;
            reading = threads.begin(() -> fill(room, next));
        }
        return batch;
    }

    private Batch take(Part wanted) {
        Part read = coming;
        Future<Batch> begun = reading;
        coming = null;
        reading = null;
        if (read == null || begun == null) {
            return fill(lent, wanted);
        }
        Share filled = spare;
        if (!read.isSame(wanted)) {
            begun.cancel(true);
            spare = new Share(data);
            return fill(lent, wanted);
        }
        spare = lent;
        lent = filled;
        return await(begun);
    }

    private boolean isWorthwhile(Part part) {
        return augmentation != null || (long) part.rows.length * data.features() >= WORTHWHILE;
    }

    private Batch fill(Share room, Part part) {
        return augmentation == null ? room.batch(part.rows) : room.augmented(part.rows, augmentation, part.seed);
    }

    /** An interrupt reaches the augmentation as if it ran on this thread, and stays pending here. */
    private Batch await(Future<Batch> begun) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return begun.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    threads.interrupt();
                }
            }
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNull(e.getCause());
            if (cause instanceof Error error) {
                throw error;
            }
            // An augmentation declares no checked exception.
            throw (RuntimeException) cause;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.close();
    }
}
