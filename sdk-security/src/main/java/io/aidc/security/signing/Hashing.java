package io.aidc.security.signing;

import io.aidc.security.internal.Workers;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** Hashes pieces of one model's files, on several threads at once. */
final class Hashing implements AutoCloseable {
    private final ModelFiles files;
    private final ModelHash hash;
    private final Workers workers;
    private final LongConsumer progress;

    /** What is done with each piece, each time with one thread's hasher. */
    @FunctionalInterface
    interface Task {
        void run(PieceHasher hasher, int index) throws IOException;
    }

    Hashing(ModelFiles files, ModelHash hash, Workers workers, LongConsumer progress) {
        this.files = files;
        this.hash = hash;
        this.workers = workers;
        this.progress = progress;
    }

    int width() {
        return workers.width();
    }

    /** A hasher for the calling thread alone. */
    PieceHasher hasher() {
        return new PieceHasher(files, hash, progress);
    }

    /** Digests in the order of the pieces. */
    String[] digests(List<Piece> pieces) throws IOException {
        String[] digests = new String[pieces.size()];
        each(pieces.size(), (hasher, i) -> digests[i] = hasher.digest(pieces.get(i)));
        return digests;
    }

    /** Runs a task for 0 to count - 1, in no order; after a failure no further one begins. */
    void each(int count, Task task) throws IOException {
        AtomicInteger next = new AtomicInteger();
        workers.run(
                () -> {
                    boolean done = false;
                    try (PieceHasher hasher = hasher()) {
                        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                            task.run(hasher, i);
                        }
                        done = true;
                    } finally {
                        if (!done) {
                            next.set(count);
                        }
                    }
                },
                IOException.class);
    }

    /** Ends the threads that were started for it. */
    @Override
    public void close() {
        workers.close();
    }
}
