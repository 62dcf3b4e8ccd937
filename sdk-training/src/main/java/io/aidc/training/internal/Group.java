package io.aidc.training.internal;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;

/** The workers of a run as one of them sees them. Confined: one thread at a time, but {@link #close} from any thread. */
public interface Group extends AutoCloseable {
    int rank();

    int size();

    /** Replaces the numbers of all workers by their sum, the same bits everywhere; blocks until all have called it. */
    void allReduce(FloatBuffer numbers);

    /** Replaces the numbers of all workers by those of worker 0; blocks until all have called it. */
    void broadcast(IntBuffer numbers);

    /** As {@link #broadcast(IntBuffer)}, bit for bit. */
    void broadcast(FloatBuffer numbers);

    @Override
    void close();
}
