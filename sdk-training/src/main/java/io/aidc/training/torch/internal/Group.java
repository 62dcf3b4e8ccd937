package io.aidc.training.torch.internal;

import java.nio.IntBuffer;
import java.time.Duration;
import org.bytedeco.pytorch.Tensor;

/** The workers of a run as one of them sees them. Confined: one thread at a time, but {@link #close} from any thread. */
public interface Group extends AutoCloseable {
    /** An exchange that was begun. Whoever holds it closes it, done or not. */
    interface Pending extends AutoCloseable {
        /** Blocks until the exchange is done. */
        void await();

        @Override
        void close();
    }

    int rank();

    int size();

    /** Begins to replace the numbers of all workers by their sum, the same bits everywhere; all begin in the same order. */
    Pending beginAllReduce(Vector numbers);

    /** Replaces the numbers of all workers by their sum, the same bits everywhere; blocks until all have called it. */
    default void allReduce(Vector numbers) {
        try (Pending pending = beginAllReduce(numbers)) {
            pending.await();
        }
    }

    /**
     * Begins to give the bytes of each worker to all; all begin in the same order.
     *
     * @param own flat bytes, as many on all workers
     * @param all where those of all go, in the order of the ranks
     */
    Pending beginAllGather(Tensor own, Tensor all);

    /**
     * Begins to give each worker a piece of everybody's bytes; all begin in the same order.
     *
     * @param pieces flat bytes, a piece for each rank, all of the same length
     * @param received where the pieces for this worker go, in the order of the ranks they come from
     */
    Pending beginAllToAll(Tensor pieces, Tensor received);

    /** Replaces the numbers of all workers by those of one; blocks until all have called it. */
    void broadcast(IntBuffer numbers, int source);

    /** As {@link #broadcast(IntBuffer, int)}, bit for bit. */
    void broadcast(Vector numbers, int source);

    /** Sets how long each exchange may take that begins after this. */
    void setTimeout(Duration limit);

    @Override
    void close();
}
