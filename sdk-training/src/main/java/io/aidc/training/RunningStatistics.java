package io.aidc.training;

import io.aidc.training.torch.internal.Vector;

/**
 * The running statistics of a model: a worker's own change as it computes, then those of all workers are averaged by the sum
 * that the gradient goes through.
 */
final class RunningStatistics implements AutoCloseable {
    private final Vector own;
    private final Vector joined;
    private final Vector before;

    /**
     * Shows where they are.
     *
     * @param own a slice of the worker's numbers; closed with this
     * @param joined a slice of what is summed over the workers; closed with this
     */
    RunningStatistics(Vector own, Vector joined) {
        this.own = own;
        this.joined = joined;
        this.before = Vector.zeros(own.length(), own.device());
    }

    /** Remembers them before a step. */
    void keep() {
        if (own.length() > 0) {
            before.copyFrom(own);
        }
    }

    /** Undoes a step that was not completed. */
    void restore() {
        if (own.length() > 0) {
            own.copyFrom(before);
        }
    }

    /** Puts this worker's part of the mean where it is summed. */
    void offer(int workers) {
        if (own.length() > 0) {
            joined.copyFrom(own);
            joined.scale(1.0 / workers);
        }
    }

    /** Takes over the mean of all workers. */
    void take() {
        if (own.length() > 0) {
            own.copyFrom(joined);
        }
    }

    @Override
    public void close() {
        before.close();
        joined.close();
        own.close();
    }
}
